//! Names that the server has made up, where what they are made of gets another name.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Options, Table};

use super::gates::Gates;
use super::literal::{do_block, identifier, quote_name, text};
use super::{NAMES, child, names, options};
use crate::options as key;

/// The names that follow a table's or a column's new name: those that the server has made of the old one. `columns` are
/// the columns as they are called now, each with the name that it had; `table` is called what it is called now.
///
/// The server puts a number behind a name that something else of the schema has already, so that only it knows what it
/// is: the statement looks.
pub(super) fn follow(
    gates: Gates,
    was: &Name,
    table: &Table,
    columns: &[(Ident, &Column)],
    at: usize,
) -> Vec<Statement> {
    let mut sequences = Vec::new();
    let mut not_nulls = Vec::new();
    // What is inherited has its name from there.
    let inherits = table.partition_of.is_some() || !options::texts(&table.options, key::INHERITS).is_empty();
    for (old, column) in columns {
        let pair = |name: &str| part_and_name(&column.name, name);
        if column.identity.is_some() && column.options.text(NAMES, key::SEQUENCE).is_none() {
            let name = names::sequence(&table.name, &column.name);
            if name != names::sequence(was, old) {
                sequences.push(pair(&name));
            }
        }
        let in_key = table.primary_key().is_some_and(|(key, _)| key.columns().contains(&&column.name));
        if gates.named_not_null
            && (!column.nullable || in_key)
            && !inherits
            && column.options.text(NAMES, key::NOT_NULL_NAME).is_none()
        {
            let name = names::not_null(&table.name, &column.name);
            if name != names::not_null(was, old) {
                not_nulls.push(pair(&name));
            }
        }
    }
    let owner = quote_name(&table.name);
    let here = text(&owner);
    let sequences = rename_found(
        &sequences,
        &format!(
            "JOIN LATERAL (SELECT pg_catalog.pg_get_serial_sequence({here}, wanted.part)::pg_catalog.regclass AS id) s ON true \
             JOIN pg_catalog.pg_class c ON c.oid = s.id AND c.relname <> wanted.name"
        ),
        "'ALTER SEQUENCE %s RENAME TO %I', found.id, found.name",
        "s.id",
    );
    let not_nulls = rename_not_nulls(&not_nulls, &here);
    [sequences, not_nulls].into_iter().flatten().map(|sql| Statement::schema(at, sql)).collect()
}

/// The name of a NOT NULL: the one that it has been given, or that which the server makes up.
pub(super) fn given_or_made_up(table: &Name, column: &Ident, options: &Options) -> String {
    let given = options.text(NAMES, key::NOT_NULL_NAME).map(str::to_owned);
    given.unwrap_or_else(|| names::not_null(table, column))
}

/// The statement that gives the NOT NULLs of a table that has left another one, whose names they have, names of its own;
/// not those of columns that it had from there, which have a change of their own.
pub(super) fn own_not_nulls(gates: Gates, table: &Table, at: usize) -> Option<Statement> {
    let unnamed = |column: &&Column| {
        !column.nullable
            && !child::is_inherited(column)
            && column.options.text(NAMES, key::NOT_NULL_NAME).is_none()
    };
    let wanted = |column: &Column| part_and_name(&column.name, &names::not_null(&table.name, &column.name));
    let columns = table.columns.iter().filter(|_| gates.named_not_null);
    let wanted: Vec<String> = columns.filter(unnamed).map(wanted).collect();
    rename_not_nulls(&wanted, &text(&quote_name(&table.name))).map(|sql| Statement::schema(at, sql))
}

/// A column and a name, as `rename_found` takes them.
pub(super) fn part_and_name(column: &Ident, name: &str) -> String {
    format!("({}, {})", text(column.as_str()), text(name))
}

/// The statement that finds the NOT NULLs of columns of the table `here` and gives them the `wanted` names; not those that
/// it inherits.
pub(super) fn rename_not_nulls(wanted: &[String], here: &str) -> Option<String> {
    rename_found(
        wanted,
        &format!(
            "JOIN pg_catalog.pg_attribute a ON a.attrelid = {here}::pg_catalog.regclass AND a.attname = wanted.part \
             JOIN pg_catalog.pg_constraint o ON o.conrelid = a.attrelid AND o.contype = 'n' \
             AND o.conkey = ARRAY[a.attnum] AND o.conname <> wanted.name AND o.coninhcount = 0"
        ),
        &format!("'ALTER TABLE %s RENAME CONSTRAINT %I TO %I', {here}, found.conname, found.name"),
        "o.conname",
    )
}

/// The statement that finds what the `wanted` names (pairs of a column and a name) are for, and renames it.
fn rename_found(wanted: &[String], join: &str, rename: &str, shown: &str) -> Option<String> {
    if wanted.is_empty() {
        return None;
    }
    let body = format!(
        "DECLARE found record;\nBEGIN\n  FOR found IN SELECT {shown}, wanted.name\n    FROM (VALUES {}) AS wanted (part, name)\n    {join}\n  \
         LOOP\n    EXECUTE pg_catalog.format({rename});\n  END LOOP;\nEND",
        wanted.join(", ")
    );
    Some(do_block(&format!("\n{body}\n")))
}

/// Gives the NOT NULL of a column that is about to go another name, where a column that comes before that gets the name
/// that it has. `table` is the table without the new column.
pub(super) fn make_way(
    gates: Gates,
    table: &Table,
    new: &Column,
    goes: impl Fn(&Ident) -> bool,
    at: usize,
) -> Vec<Statement> {
    if !gates.named_not_null || new.nullable {
        return Vec::new();
    }
    let name = |column: &Column| given_or_made_up(&table.name, &column.name, &column.options);
    let wanted = name(new);
    let in_the_way = |column: &&Column| !column.nullable && goes(&column.name) && name(column) == wanted;
    let found = table.columns.iter().find(in_the_way);
    found
        .map(|column| {
            let other = names::made_up(&table.name.name, &column.name, "limbeck_old");
            let sql = format!(
                "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                quote_name(&table.name),
                identifier(&wanted),
                identifier(&other)
            );
            Statement::schema(at, sql)
        })
        .into_iter()
        .collect()
}
