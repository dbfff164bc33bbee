use super::values::{optional_sql, options, some_options, sql, type_spec};
use crate::operation::ColumnChange;
use crate::revision::tree::{Node, TableBuilder, Value};
use crate::schema::{Column, Generated, Identity, Position, SequenceOptions};

pub(super) fn column(column: &Column) -> Node<'_> {
    // Taken apart, so that a field that is added there cannot be forgotten here.
    let Column {
        name,
        ty,
        nullable,
        default,
        identity: counted,
        generated: computed,
        collation,
        comment,
        options,
    } = column;
    let mut table = TableBuilder::default();
    table.text("name", name.as_str());
    table.node("type", type_spec(ty));
    table.flag("nullable", *nullable);
    optional_sql(&mut table, "default", default.as_ref());
    if let Some(counted) = counted {
        table.node("identity", identity(counted));
    }
    if let Some(computed) = computed {
        table.node("generated", generated(computed));
    }
    table.optional_text("collation", collation.as_deref());
    table.optional_text("comment", comment.as_deref());
    some_options(&mut table, options);
    table.done()
}

fn identity(identity: &Identity) -> Node<'_> {
    let Identity { always, sequence } = identity;
    if *sequence == SequenceOptions::default() {
        return if *always { Node::string("always") } else { Node::new(Value::Bool(true)) };
    }
    let mut table = TableBuilder::default();
    table.flag("always", *always);
    sequence_options(&mut table, sequence);
    table.done()
}

pub(super) fn sequence_options(table: &mut TableBuilder<'_>, sequence: &SequenceOptions) {
    let SequenceOptions { start, increment, min, max, cache, cycle } = sequence;
    table.optional_integer("start", *start);
    table.optional_integer("increment", *increment);
    table.optional_integer("min", *min);
    table.optional_integer("max", *max);
    table.optional_integer("cache", *cache);
    table.flag("cycle", *cycle);
}

fn generated(generated: &Generated) -> Node<'_> {
    let Generated { expression, stored } = generated;
    let mut table = TableBuilder::default();
    table.node("sql", sql(expression));
    table.flag("stored", *stored);
    table.done()
}

pub(super) fn position<'a>(table: &mut TableBuilder<'a>, position: Option<&'a Position>) {
    match position {
        Some(Position::First) => table.flag("first", true),
        Some(Position::After(column)) => table.text("after", column.as_str()),
        None => {}
    }
}

pub(super) fn column_change<'a>(table: &mut TableBuilder<'a>, change: &'a ColumnChange) {
    let ColumnChange {
        ty,
        using,
        nullable,
        fill,
        default,
        identity: counted,
        generated: computed,
        collation,
        comment,
        options: all_options,
        position: place,
    } = change;
    if let Some(ty) = ty {
        table.node("type", type_spec(ty));
    }
    optional_sql(table, "using", using.as_ref());
    if let Some(nullable) = nullable {
        table.value("nullable", Value::Bool(*nullable));
    }
    optional_sql(table, "fill", fill.as_ref());
    match default {
        Some(Some(default)) => table.node("default", sql(default)),
        Some(None) => table.flag("drop_default", true),
        None => {}
    }
    if let Some(counted) = counted {
        table.node("identity", counted.as_ref().map_or(Node::new(Value::Bool(false)), identity));
    }
    if let Some(computed) = computed {
        table.node("generated", computed.as_ref().map_or(Node::new(Value::Bool(false)), generated));
    }
    if let Some(collation) = collation {
        table.text("collation", collation.as_deref().unwrap_or_default());
    }
    if let Some(comment) = comment {
        table.text("comment", comment.as_deref().unwrap_or_default());
    }
    if let Some(all_options) = all_options {
        table.node("options", options(all_options));
    }
    position(table, place.as_ref());
}
