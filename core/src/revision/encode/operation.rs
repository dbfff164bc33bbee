use super::column::{column, column_change, position};
use super::values::{arguments, idents, name, optional_sql, options, row, sql};
use super::{constraint, server, table};
use crate::ident::Name;
use crate::operation::{ConstraintRef, Effect, Operation};
use crate::revision::tree::{Entry, TableBuilder, Value};
use crate::schema::{ConstraintBody, ConstraintKind, Naming};

/// The keys of `operation`, in order; `op` is the first.
pub(super) fn entries(operation: &Operation) -> Vec<Entry<'_>> {
    let mut keys = TableBuilder::default();
    keys.text("op", op(operation));
    fill(&mut keys, operation);
    keys.entries()
}

/// How a file calls it.
fn op(operation: &Operation) -> &'static str {
    match operation {
        Operation::CreateTable(_) => "create_table",
        Operation::DropTable { .. } => "drop_table",
        Operation::RenameTable { .. } => "rename_table",
        Operation::AlterTable { .. } => "alter_table",
        Operation::AttachPartition { .. } => "attach_partition",
        Operation::DetachPartition { .. } => "detach_partition",
        Operation::AddColumn { .. } => "add_column",
        Operation::DropColumn { .. } => "drop_column",
        Operation::RenameColumn { .. } => "rename_column",
        Operation::AlterColumn { .. } => "alter_column",
        Operation::AddConstraint { constraint, .. } => match constraint.kind() {
            ConstraintKind::PrimaryKey => "add_primary_key",
            ConstraintKind::Unique => "add_unique",
            ConstraintKind::ForeignKey => "add_foreign_key",
            ConstraintKind::Check => "add_check",
            ConstraintKind::Exclusion => "add_exclusion",
        },
        Operation::DropConstraint { .. } => "drop_constraint",
        Operation::RenameConstraint { .. } => "rename_constraint",
        Operation::ValidateConstraint { .. } => "validate_constraint",
        Operation::CreateIndex { .. } => "create_index",
        Operation::DropIndex { .. } => "drop_index",
        Operation::RenameIndex { .. } => "rename_index",
        Operation::CreateEnum(_) => "create_enum",
        Operation::AlterEnum(_) => "alter_enum",
        Operation::DropEnum { .. } => "drop_enum",
        Operation::CreateSequence(_) => "create_sequence",
        Operation::AlterSequence(_) => "alter_sequence",
        Operation::DropSequence { .. } => "drop_sequence",
        Operation::CreateNamespace(_) => "create_schema",
        Operation::AlterNamespace(_) => "alter_schema",
        Operation::DropNamespace { .. } => "drop_schema",
        Operation::CreateObject(_) => "create_object",
        Operation::ReplaceObject(_) => "replace_object",
        Operation::DropObject { .. } => "drop_object",
        Operation::Insert { .. } => "insert",
        Operation::Delete { .. } => "delete",
        Operation::Execute { .. } => "execute",
        Operation::Run { .. } => "run",
    }
}

fn fill<'a>(keys: &mut TableBuilder<'a>, operation: &'a Operation) {
    match operation {
        Operation::CreateTable(made) => table::keys(keys, made),
        Operation::DropTable { table } => table_name(keys, table),
        Operation::RenameTable { table, to } => {
            table_name(keys, table);
            keys.text("to", to.name.as_str());
            if to.schema != table.schema {
                keys.text("to_schema", to.schema.as_ref().map_or("", |schema| schema.as_str()));
            }
        }
        Operation::AlterTable { table, comment, options: all_options } => {
            table_name(keys, table);
            if let Some(comment) = comment {
                keys.text("comment", comment.as_deref().unwrap_or_default());
            }
            if let Some(all_options) = all_options {
                keys.node("options", options(all_options));
            }
        }
        Operation::AttachPartition { table, of } => {
            table_name(keys, table);
            super::table::partition_of(keys, of);
        }
        Operation::DetachPartition { table } => table_name(keys, table),
        Operation::AddColumn { table, column: added, position: place, fill } => {
            table_name(keys, table);
            keys.node("column", column(added));
            position(keys, place.as_ref());
            optional_sql(keys, "fill", fill.as_ref());
        }
        Operation::DropColumn { table, column } => {
            table_name(keys, table);
            keys.text("column", column.as_str());
        }
        Operation::RenameColumn { table, column, to } => {
            table_name(keys, table);
            keys.text("column", column.as_str());
            keys.text("to", to.as_str());
        }
        Operation::AlterColumn { table, column, change } => {
            table_name(keys, table);
            keys.text("column", column.as_str());
            column_change(keys, change);
        }
        Operation::AddConstraint { table, constraint: added } => {
            table_name(keys, table);
            constraint::keys(keys, table, added, &Naming::default());
        }
        Operation::DropConstraint { table, constraint: dropped } => {
            table_name(keys, table);
            constraint_ref(keys, dropped);
        }
        Operation::ValidateConstraint { table, name } => {
            table_name(keys, table);
            keys.text("name", name.as_str());
        }
        Operation::CreateIndex { table, index, concurrently } => {
            table_name(keys, table);
            constraint::index_keys(keys, table, index, &Naming::default());
            keys.flag("concurrently", *concurrently);
        }
        Operation::DropIndex { table, name, concurrently } => {
            table_name(keys, table);
            keys.text("name", name.as_str());
            keys.flag("concurrently", *concurrently);
        }
        Operation::RenameConstraint { table, name, to } | Operation::RenameIndex { table, name, to } => {
            table_name(keys, table);
            keys.text("name", name.as_str());
            keys.text("to", to.as_str());
        }
        Operation::CreateEnum(made) => server::create_enum(keys, made),
        Operation::AlterEnum(change) => server::alter_enum(keys, change),
        Operation::DropEnum { name: dropped } | Operation::DropSequence { name: dropped } => {
            name(keys, "name", "schema", dropped);
        }
        Operation::CreateSequence(made) | Operation::AlterSequence(made) => server::sequence(keys, made),
        Operation::CreateNamespace(made) | Operation::AlterNamespace(made) => server::namespace(keys, made),
        Operation::DropNamespace { name } => keys.text("name", name.as_str()),
        Operation::CreateObject(made) | Operation::ReplaceObject(made) => server::object(keys, made),
        Operation::DropObject { key } => server::object_key(keys, key),
        Operation::Insert { table, rows, key } | Operation::Delete { table, rows, key } => {
            table_name(keys, table);
            keys.value("rows", Value::Array(rows.iter().map(row).collect()));
            idents(keys, "key", key);
        }
        Operation::Execute { sql: text, effect } => {
            keys.node("sql", sql(text));
            match effect {
                Some(Effect::Data) => keys.text("effect", "data"),
                Some(Effect::Schema) => keys.text("effect", "schema"),
                None => {}
            }
        }
        Operation::Run { function, arguments: given } => {
            keys.text("function", function.as_str());
            if !given.is_empty() {
                keys.node("arguments", arguments(given));
            }
        }
    }
}

fn table_name<'a>(keys: &mut TableBuilder<'a>, table: &'a Name) {
    name(keys, "table", "schema", table);
}

fn constraint_ref<'a>(keys: &mut TableBuilder<'a>, constraint: &'a ConstraintRef) {
    match constraint {
        ConstraintRef::Named(name) => keys.text("name", name.as_str()),
        ConstraintRef::Unnamed(body) => {
            let key = match body.as_ref() {
                ConstraintBody::PrimaryKey(_) => "primary_key",
                ConstraintBody::Unique(_) => "unique",
                ConstraintBody::ForeignKey(_) => "foreign_key",
                ConstraintBody::Check(_) => "check",
                ConstraintBody::Exclusion(_) => "exclusion",
            };
            let mut table = TableBuilder::default();
            constraint::body(&mut table, body);
            keys.node(key, table.done());
        }
    }
}
