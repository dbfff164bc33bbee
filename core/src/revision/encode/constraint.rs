use super::values::{idents, name, optional_sql, some_options, sql};
use crate::ident::{Ident, Name};
use crate::revision::tree::{Node, TableBuilder, Value};
use crate::schema::{
    Check, Constraint, ConstraintBody, Deferrable, Exclusion, ForeignKey, Index, KeyPart, KeyTarget, Naming,
    Nulls, Order, PrimaryKey, References, ReferentialAction, Unique,
};

/// A constraint of `of` within `create_table`.
pub(super) fn inner<'a>(of: &Name, constraint: &'a Constraint, naming: &Naming) -> Node<'a> {
    let mut table = TableBuilder::default();
    keys(&mut table, of, constraint, naming);
    table.done()
}

/// The keys of a constraint of `of`.
pub(super) fn keys<'a>(table: &mut TableBuilder<'a>, of: &Name, constraint: &'a Constraint, naming: &Naming) {
    let Constraint { name, body: demand, deferrable, not_valid, not_enforced, comment, options } = constraint;
    match name {
        None => table.text("name", ""),
        Some(_) if naming.made(of, constraint) => {}
        Some(name) => table.text("name", name.as_str()),
    }
    body(table, demand);
    match deferrable {
        Some(Deferrable::InitiallyImmediate) => table.flag("deferrable", true),
        Some(Deferrable::InitiallyDeferred) => table.text("deferrable", "deferred"),
        None => {}
    }
    table.flag("not_valid", *not_valid);
    if *not_enforced {
        table.value("enforced", Value::Bool(false));
    }
    table.optional_text("comment", comment.as_deref());
    some_options(table, options);
}

pub(super) fn body<'a>(table: &mut TableBuilder<'a>, body: &'a ConstraintBody) {
    match body {
        ConstraintBody::PrimaryKey(PrimaryKey { columns, include }) => {
            key_parts(table, columns);
            idents(table, "include", include);
        }
        ConstraintBody::Unique(Unique { columns, include, nulls_not_distinct }) => {
            key_parts(table, columns);
            idents(table, "include", include);
            table.flag("nulls_not_distinct", *nulls_not_distinct);
        }
        ConstraintBody::ForeignKey(key) => foreign_key(table, key),
        ConstraintBody::Check(Check { expression }) => table.node("expression", sql(expression)),
        ConstraintBody::Exclusion(Exclusion { method, columns, include, predicate }) => {
            key_parts(table, columns);
            table.optional_text("method", method.as_deref());
            idents(table, "include", include);
            optional_sql(table, "where", predicate.as_ref());
        }
    }
}

fn foreign_key<'a>(table: &mut TableBuilder<'a>, key: &'a ForeignKey) {
    let ForeignKey { columns, references, on_delete, on_delete_columns, on_update, match_type } = key;
    idents(table, "columns", columns);
    let References { table: there, columns: columns_there } = references;
    let mut target = TableBuilder::default();
    name(&mut target, "table", "schema", there);
    idents(&mut target, "columns", columns_there);
    table.node("references", target.done());
    action(table, "on_delete", *on_delete);
    idents(table, "on_delete_columns", on_delete_columns);
    action(table, "on_update", *on_update);
    table.optional_text("match", match_type.as_deref());
}

fn action(table: &mut TableBuilder<'_>, key: &'static str, action: ReferentialAction) {
    if action != ReferentialAction::default() {
        table.text(key, action.word());
    }
}

fn key_parts<'a>(table: &mut TableBuilder<'a>, parts: &'a [KeyPart]) {
    table.list("columns", parts.iter().map(key_part).collect());
}

fn key_part(part: &KeyPart) -> Node<'_> {
    let KeyPart { target, order, nulls, opclass, collation, length, operator } = part;
    let mut table = TableBuilder::default();
    match target {
        KeyTarget::Column(column) if part.is_plain() => return Node::string(column.as_str()),
        KeyTarget::Column(column) => table.text("column", column.as_str()),
        KeyTarget::Expression(expression) => table.node("expression", sql(expression)),
    }
    if *order == Order::Descending {
        table.text("order", "desc");
    }
    match nulls {
        Some(Nulls::First) => table.text("nulls", "first"),
        Some(Nulls::Last) => table.text("nulls", "last"),
        None => {}
    }
    table.optional_text("opclass", opclass.as_deref());
    table.optional_text("collation", collation.as_deref());
    table.optional_integer("length", length.map(i64::from));
    table.optional_text("operator", operator.as_deref());
    table.done()
}

/// An index of `of` within `create_table`.
pub(super) fn inner_index<'a>(of: &Name, index: &'a Index, naming: &Naming) -> Node<'a> {
    let mut table = TableBuilder::default();
    index_keys(&mut table, of, index, naming);
    table.done()
}

/// The keys of an index of `of`.
pub(super) fn index_keys<'a>(table: &mut TableBuilder<'a>, of: &Name, index: &'a Index, naming: &Naming) {
    let Index { name, columns, unique, predicate, method, include, nulls_not_distinct, comment, options } =
        index;
    if !naming.made_index(of, index) {
        table.text("name", Ident::as_str(name));
    }
    key_parts(table, columns);
    table.flag("unique", *unique);
    optional_sql(table, "where", predicate.as_ref());
    table.optional_text("method", method.as_deref());
    idents(table, "include", include);
    table.flag("nulls_not_distinct", *nulls_not_distinct);
    table.optional_text("comment", comment.as_deref());
    some_options(table, options);
}
