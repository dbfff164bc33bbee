//! The cases that are functions: what a driver promises beyond what operations make of a schema.

pub(crate) mod capabilities;
pub(crate) mod concurrency;
pub(crate) mod crashes;
mod history;
pub(crate) mod introspection;
pub(crate) mod journal;
pub(crate) mod locks;
pub(crate) mod record;
pub(crate) mod scratch;
pub(crate) mod sessions;
pub(crate) mod texts;
pub(crate) mod transactions;

use limbeck_core::driver::{Connection, DriverError, DriverErrorKind};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{
    Column, Constraint, ForeignKey, KeyPart, PrimaryKey, References, ReferentialAction, Schema, Table,
    TypeSpec,
};

use crate::outcome::{Verdict, fail};
use crate::run::{Bench, shown};

/// Texts that something may take for more than a text.
const HOSTILE: [&str; 14] = [
    "it's",
    "say \"so\"",
    "back\\slash \\' \\\\ \\n",
    "back`tick",
    "line\nline\r\nline\ttab",
    "größe 日本語 🦀",
    "'; DROP TABLE t; --",
    "/* no comment */ -- nor this",
    "$1 ?1 :name @name %s {0}",
    "$tag$ body $tag$",
    "E'\\x41' x'41' N'a'",
    " spaces at both ends ",
    "",
    "''",
];

/// A table with a key `id` and these columns beside it, each of which takes NULL.
fn table(name: &str, columns: &[(&str, &str)]) -> Table {
    let mut table = Table::new(name);
    table.columns = vec![Column::new("id", "bigint")];
    table.columns.extend(columns.iter().map(|(name, ty)| Column::new(*name, TypeSpec::from(*ty)).nullable()));
    let key = PrimaryKey { columns: vec![KeyPart::column("id")], include: Vec::new() };
    table.constraints = vec![Constraint::new(Some(format!("{name}_pkey").into()), key)];
    table
}

fn create(table: Table) -> Operation {
    Operation::CreateTable(Box::new(table))
}

/// A key from `column` to the `id` of `to`.
fn foreign_key(name: &str, column: &str, to: &str, on_delete: ReferentialAction) -> Constraint {
    Constraint::new(
        Some(name.into()),
        ForeignKey {
            columns: vec![column.into()],
            references: References { table: to.into(), columns: vec!["id".into()] },
            on_delete,
            on_delete_columns: Vec::new(),
            on_update: ReferentialAction::NoAction,
            match_type: None,
        },
    )
}

/// Makes what `operations` say; what the schema then is comes back.
async fn made(bench: &Bench, connection: &mut dyn Connection, operations: &[Operation]) -> Verdict<Schema> {
    let mut schema = Schema::new();
    bench.apply(connection, operations, &mut schema).await?;
    Ok(schema)
}

/// Runs a statement.
async fn run(connection: &mut dyn Connection, sql: &str) -> Verdict<u64> {
    match connection.execute(sql, &[]).await {
        Ok(count) => Ok(count),
        Err(error) => fail(format!("{:?}: {error}\n  {sql}", error.kind)),
    }
}

/// The rows of a query, each as texts.
async fn rows(connection: &mut dyn Connection, sql: &str) -> Verdict<Vec<Vec<String>>> {
    match connection.query(sql, &[]).await {
        Ok(rows) => Ok(rows.iter().map(|row| row.0.iter().map(shown).collect()).collect()),
        Err(error) => fail(format!("{:?}: {error}\n  {sql}", error.kind)),
    }
}

/// The one value of a query, as text.
async fn value(connection: &mut dyn Connection, sql: &str) -> Verdict<String> {
    match rows(connection, sql).await?.as_slice() {
        [row] if row.len() == 1 => Ok(row[0].clone()),
        found => fail(format!("one value was wanted of {sql}, found {found:?}")),
    }
}

/// That something failed in this way.
fn failed<T>(what: &str, result: Result<T, DriverError>, kind: DriverErrorKind) -> Verdict {
    match result {
        Err(error) if error.kind == kind => Ok(()),
        Err(error) => fail(format!("{what}: the error is {:?}, not {kind:?}: {error}", error.kind)),
        Ok(_) => fail(format!("{what}: it went through, though {kind:?} was expected")),
    }
}
