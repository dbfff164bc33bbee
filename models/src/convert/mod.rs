//! From a [`Model`] to a schema and hints. The only place that knows what a model means, whoever read it.

mod columns;
mod constraints;
mod defaults;
mod enums;
mod foreign_keys;
mod indexes;
mod names;
mod texts;
mod types;

use std::collections::BTreeMap;

use limbeck_core::diff::{ColumnRename, Hints, TableRename};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Naming, PartitionOf, Schema, Table};
use limbeck_model_syntax::ast::Record;
use limbeck_model_syntax::{At, Problem};

use crate::assemble::{Model, TableModel};

/// What a model comes to.
#[derive(Debug, Default)]
pub(crate) struct Converted {
    pub(crate) schema: Schema,
    pub(crate) hints: Hints,
    pub(crate) databases: BTreeMap<Name, String>,
    pub(crate) unmanaged: BTreeMap<Name, Table>,
}

/// Converts a model. What is wrong goes to `problems`; the result is of use only if there are none.
pub(crate) fn convert(model: &Model<'_>, naming: &Naming, problems: &mut Vec<Problem>) -> Converted {
    let mut converted = Converted::default();
    let names: Vec<Name> = model.tables.iter().map(|table| table_name(table.record)).collect();
    let mut seen: BTreeMap<&Name, &TableModel<'_>> = BTreeMap::new();
    let mut used = enums::Used::new(model);
    for (at, table) in model.tables.iter().enumerate() {
        let name = &names[at];
        if let Some(first) = seen.insert(name, table) {
            problems.push(
                Problem::new(
                    "duplicate-table",
                    table.record.name.place,
                    format!("two models are table `{name}`"),
                )
                .with_help("give one of them another name: `#[limbeck(table = \"…\")]`")
                .with_related(first.record.name.place, "the other is here")
                .about(&table.record.name.value),
            );
            continue;
        }
        let mut conversion = Conversion { model, names: &names, at, naming, problems };
        let made = conversion.table(&mut used, &mut converted.hints);
        if let Some(database) = &table.record.database {
            converted.databases.insert(name.clone(), database.value.clone());
        }
        if table.record.unmanaged {
            converted.unmanaged.insert(name.clone(), made);
        } else {
            converted.schema.insert_table(made);
        }
    }
    used.finish(&mut converted.schema, &mut converted.hints, problems);
    converted
}

/// The name of a record's table.
pub(crate) fn table_name(record: &Record) -> Name {
    Name {
        schema: record.schema.as_ref().map(|schema| Ident::from(schema.value.as_str())),
        name: Ident::from(record.table.value.as_str()),
    }
}

/// The conversion of one table.
struct Conversion<'a, 'p> {
    model: &'a Model<'a>,
    /// The tables' names, by the tables' numbers.
    names: &'a [Name],
    at: usize,
    naming: &'a Naming,
    problems: &'p mut Vec<Problem>,
}

impl<'a> Conversion<'a, '_> {
    fn source(&self) -> &'a TableModel<'a> {
        &self.model.tables[self.at]
    }

    fn name(&self) -> &'a Name {
        &self.names[self.at]
    }

    fn problem(&mut self, subject: &str, problem: Problem) {
        self.problems.push(problem.about(subject));
    }

    fn table(&mut self, used: &mut enums::Used<'a>, hints: &mut Hints) -> Table {
        let (source, name) = (self.source(), self.name());
        let record = &source.record;
        let mut table = Table::new(name.clone());
        table.comment.clone_from(&record.comment);
        self.options(&mut table, record);
        table.partition_of = record
            .partition_of
            .as_ref()
            .map(|part| PartitionOf { parent: named(&part.parent.value), bound: part.bound.value.clone() });
        if let Some(old) = &record.renamed_from {
            hints.tables.push(TableRename { from: old_table(name, old), to: name.clone() });
        }
        if source.columns.is_empty() {
            self.problem(
                &record.name.value,
                Problem::new(
                    "no-columns",
                    record.name.place,
                    format!("`{}` has no columns", record.name.value),
                )
                .with_help("a table needs at least one field that is not skipped"),
            );
        }
        table.columns.reserve_exact(source.columns.len());
        let mut places: BTreeMap<&str, &At<String>> = BTreeMap::new();
        for column in &source.columns {
            let field = &column.field;
            if let Some(first) = places.insert(&field.column.value, &field.column) {
                self.problem(
                    &column.subject,
                    Problem::new(
                        "duplicate-column",
                        field.column.place,
                        format!("two fields are column `{}`", field.column.value),
                    )
                    .with_help("give one of them another name: `#[limbeck(column = \"…\")]`, or a flattened struct a prefix: `flatten(prefix = \"…\")`")
                    .with_related(first.place, "the other is here"),
                );
                continue;
            }
            if let Some(made) = self.column(column, used) {
                table.columns.push(made);
            }
            let ident = Ident::from(field.column.value.as_str());
            if let Some(old) = &field.renamed_from {
                let from = Ident::from(old.value.as_str());
                hints.columns.push(ColumnRename { table: name.clone(), from, to: ident.clone() });
            }
            if let Some(fill) = texts::sql(&field.fill_sql) {
                hints.fills.insert((name.clone(), ident), fill);
            }
        }
        self.constraints(&mut table);
        table
    }

    fn options(&mut self, table: &mut Table, record: &Record) {
        let mut rest = Vec::new();
        for option in &record.options {
            // How a table is divided has a place of its own in a schema.
            if option.key.value != "partition_by" {
                rest.push(option.clone());
                continue;
            }
            let limbeck_model_syntax::ast::OptionLiteral::Text(text) = &option.value else {
                self.problem(
                    &record.name.value,
                    Problem::new(
                        "invalid-attribute",
                        option.key.place,
                        "`partition_by` takes a text in quotes",
                    )
                    .with_help("write `partition_by = \"range (created_at)\"`"),
                );
                continue;
            };
            match &table.partition_by {
                Some(other) if other != text => self.problem(
                    &record.name.value,
                    Problem::new("contradiction", option.key.place, "the table is divided in two ways")
                        .with_help("keep one `partition_by`"),
                ),
                _ => table.partition_by = Some(text.clone()),
            }
        }
        table.options = texts::options(&rest);
    }
}

/// A table by its name: `orgs`, `auth.orgs`.
fn named(text: &str) -> Name {
    match text.split_once('.') {
        Some((schema, table)) => Name::qualified(schema, table),
        None => Name::new(text),
    }
}

/// The old name of a table: in its present namespace, unless the text names one.
fn old_table(name: &Name, old: &At<String>) -> Name {
    match old.value.split_once('.') {
        Some((schema, table)) => Name::qualified(schema, table),
        None => name.sibling(old.value.as_str()),
    }
}
