use super::column::column;
use super::constraint::{inner, inner_index};
use super::values::{name, some_options, sql_text};
use crate::revision::tree::{Node, TableBuilder, Value};
use crate::schema::{ConstraintKind, Naming, PartitionOf, Table};

/// The keys of `create_table`.
pub(super) fn keys<'a>(table: &mut TableBuilder<'a>, made: &'a Table) {
    let Table {
        name: table_name,
        columns,
        constraints,
        indexes,
        comment,
        partition_by,
        partition_of,
        options,
    } = made;
    let naming = Naming::default();
    name(table, "table", "schema", table_name);
    if !columns.is_empty() || partition_of.is_none() {
        table.value("columns", Value::Array(columns.iter().map(column).collect()));
    }
    let of_kind = |kind: ConstraintKind| -> Vec<Node<'a>> {
        constraints
            .iter()
            .filter(|constraint| constraint.kind() == kind)
            .map(|constraint| inner(table_name, constraint, &naming))
            .collect()
    };
    // No server takes two primary keys. Should there be two, the key stands twice and reading the file says so.
    for key in of_kind(ConstraintKind::PrimaryKey) {
        table.node("primary_key", key);
    }
    table.list("unique", of_kind(ConstraintKind::Unique));
    table.list("foreign_keys", of_kind(ConstraintKind::ForeignKey));
    table.list("checks", of_kind(ConstraintKind::Check));
    table.list("exclusions", of_kind(ConstraintKind::Exclusion));
    table.list("indexes", indexes.values().map(|index| inner_index(table_name, index, &naming)).collect());
    table.optional_text("comment", comment.as_deref());
    if let Some(partition_by) = partition_by {
        table.node("partition_by", sql_text(partition_by));
    }
    if let Some(of) = partition_of {
        self::partition_of(table, of);
    }
    some_options(table, options);
}

/// What a table is a part of.
pub(super) fn partition_of<'a>(table: &mut TableBuilder<'a>, of: &'a PartitionOf) {
    let PartitionOf { parent, bound } = of;
    let mut part = TableBuilder::default();
    name(&mut part, "parent", "schema", parent);
    part.node("bound", sql_text(bound));
    table.node("partition_of", part.done());
}
