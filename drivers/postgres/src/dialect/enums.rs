//! Enum types.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{AlterEnum, EnumPlace, Operation};
use limbeck_core::schema::{
    Column, ConstraintBody, Enum, Index, KeyPart, KeyTarget, Schema, Sql, Table, Type,
};
use limbeck_core::sql::{ColumnReference, Folding, references_column};

use super::fault::{Fault, check_qualified, text_of};
use super::gates::Gates;
use super::literal::{quote, quote_name, text};
use super::options::{NONE, read};
use super::{LEXICAL, LONGEST_NAME, NAMES, comment, constraint, default, index};

/// How the name of an enum begins whose place another takes.
const PREFIX: &str = "_limbeck_old_";

/// The statements that make an enum type.
pub(super) fn create(made: &Enum, at: usize) -> Result<Vec<Statement>, Fault> {
    check_qualified(&made.name, "enum")?;
    let place = format!("enum {}", made.name);
    read(&made.options, NONE, &place)?;
    made.values.iter().try_for_each(|value| check_value(value, &place))?;
    let mut statements = vec![Statement::schema(at, creation(&made.name, &made.values))];
    if let Some(said) = &made.comment {
        statements.push(comment::on(at, &on(&made.name), Some(said)));
    }
    Ok(statements)
}

fn creation(name: &Name, values: &[String]) -> String {
    let words: Vec<String> = values.iter().map(|value| text(value)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", quote_name(name), words.join(", "))
}

fn on(name: &Name) -> String {
    format!("TYPE {}", quote_name(name))
}

fn check_value(value: &str, place: &str) -> Result<(), Fault> {
    if value.len() > LONGEST_NAME {
        return Err(Fault::unsupported(
            format!("{place} has a word of {} bytes, and {LONGEST_NAME} are the most", value.len()),
            "give it a shorter word",
        ));
    }
    if value.contains('\0') {
        return Err(Fault::unsupported(
            format!("{place} has a word that holds a NUL character, which PostgreSQL does not keep"),
            "take the character out",
        ));
    }
    Ok(())
}

/// The statements that change the words of an enum type. `before` is what holds before the change, `after` what holds
/// after it; `later` is what is done behind it in the same transaction.
pub(super) fn alter(
    gates: Gates,
    change: &AlterEnum,
    before: &Schema,
    after: &Schema,
    later: &[Operation],
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let name = quote_name(&change.name);
    let place = format!("enum {}", change.name);
    let mut statements = Vec::new();
    for rename in &change.rename {
        check_value(&rename.to, &place)?;
        let sql = format!("ALTER TYPE {name} RENAME VALUE {} TO {}", text(&rename.from), text(&rename.to));
        statements.push(Statement::schema(at, sql));
    }
    change.add.iter().try_for_each(|addition| check_value(&addition.value, &place))?;
    // A word that was added to a type cannot be used before the transaction is over; those of a type that is new can.
    let shown: Vec<String> = if change.add.is_empty() {
        Vec::new()
    } else {
        later.iter().map(|operation| format!("{operation:?}")).collect()
    };
    let used = |value: &str| {
        let quoted = value.replace('\'', "''");
        let in_sql = format!("'{}'", quoted.escape_debug().to_string().replace("\\'", "'"));
        let alone = format!("String({value:?})");
        shown.iter().any(|operation| operation.contains(&in_sql) || operation.contains(&alone))
    };
    if change.remove.is_empty() && !change.add.iter().any(|addition| used(&addition.value)) {
        for addition in &change.add {
            let beside = match &addition.place {
                None => String::new(),
                Some(EnumPlace::Before(word)) => format!(" BEFORE {}", text(word)),
                Some(EnumPlace::After(word)) => format!(" AFTER {}", text(word)),
            };
            let sql = format!("ALTER TYPE {name} ADD VALUE {}{beside}", text(&addition.value));
            statements.push(Statement::schema(at, sql));
        }
        return Ok(statements);
    }
    let Some(made) = after.enums.get(&change.name) else {
        return Err(Fault::DoesNotFit(format!("enum {} does not exist", change.name)));
    };
    statements.extend(swap(gates, made, before, at)?);
    Ok(statements)
}

/// Puts a new type in the place of the old one, and has the columns of the old one follow.
fn swap(gates: Gates, made: &Enum, schema: &Schema, at: usize) -> Result<Vec<Statement>, Fault> {
    let mut old = format!("{PREFIX}{}", made.name.name);
    while old.len() > LONGEST_NAME {
        old.pop();
    }
    let old = made.name.sibling(old);
    let name = quote_name(&made.name);
    let users: Vec<(&Table, Vec<&Column>)> =
        schema.tables.values().filter_map(|table| users(table, &made.name)).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for (table, columns) in &users {
        parts(gates, table, columns, at, &mut first, &mut last)?;
    }
    let rename = format!("ALTER TYPE {name} RENAME TO {}", quote(&old.name));
    let mut statements = first;
    statements.push(Statement::schema(at, rename));
    statements.push(Statement::schema(at, creation(&made.name, &made.values)));
    if let Some(said) = &made.comment {
        statements.push(comment::on(at, &on(&made.name), Some(said)));
    }
    for (table, columns) in users {
        // A partition's columns follow those of the whole.
        if table.partition_of.is_some() {
            continue;
        }
        let mut actions = Vec::new();
        for column in columns {
            let head = format!("ALTER COLUMN {}", quote(&column.name));
            let default = column.default.as_ref().map(|given| {
                text_of(given, || format!("the default of {}.{}", table.name, column.name))
                    .map(default::render)
            });
            if default.is_some() {
                actions.push(format!("{head} DROP DEFAULT"));
            }
            let array = if matches!(column.ty.resolve(NAMES), Some(Type::Array(_))) { "[]" } else { "" };
            let column_name = quote(&column.name);
            actions
                .push(format!("{head} TYPE {name}{array} USING {column_name}::text{array}::{name}{array}"));
            if let Some(default) = default {
                actions.push(format!("{head} SET DEFAULT {}", default?));
            }
        }
        let sql = format!("ALTER TABLE {} {}", quote_name(&table.name), actions.join(", "));
        statements.push(Statement::schema(at, sql));
    }
    statements.push(Statement::schema(at, format!("DROP TYPE {}", quote_name(&old))));
    statements.extend(last);
    Ok(statements)
}

/// The columns of a table that are of the enum, or lists of its words; `None` if there are none.
fn users<'a>(table: &'a Table, name: &Name) -> Option<(&'a Table, Vec<&'a Column>)> {
    let uses = |column: &&Column| column.ty.resolve(NAMES).is_some_and(|ty| ty.enum_name() == Some(name));
    let columns: Vec<&Column> = table.columns.iter().filter(uses).collect();
    (!columns.is_empty()).then_some((table, columns))
}

/// What of a table says the words of an enum in an expression: the server has compiled it for the old type. It goes
/// before and comes back behind.
fn parts(
    gates: Gates,
    table: &Table,
    columns: &[&Column],
    at: usize,
    first: &mut Vec<Statement>,
    last: &mut Vec<Statement>,
) -> Result<(), Fault> {
    let owner = quote_name(&table.name);
    for item in &table.constraints {
        let says = match &item.body {
            ConstraintBody::Check(check) => names_any(table, &check.expression, columns),
            ConstraintBody::Exclusion(key) => {
                key.predicate.as_ref().is_some_and(|sql| names_any(table, sql, columns))
                    || expressions(&key.columns).any(|sql| names_any(table, sql, columns))
            }
            _ => false,
        };
        if says {
            let name = constraint::name(&table.name, item);
            first
                .push(Statement::schema(at, format!("ALTER TABLE {owner} DROP CONSTRAINT {}", quote(&name))));
            let definition = constraint::define(gates, &table.name, item)?;
            last.push(Statement::schema(at, format!("ALTER TABLE {owner} ADD {definition}")));
            if let Some(said) = &item.comment {
                last.push(comment::on(at, &constraint::on(&table.name, &name), Some(said)));
            }
        }
    }
    let says = |index: &Index| {
        index.predicate.as_ref().is_some_and(|sql| names_any(table, sql, columns))
            || expressions(&index.columns).any(|sql| names_any(table, sql, columns))
    };
    for item in table.indexes.values().filter(|item| says(item)) {
        first.push(index::drop(&table.name, &item.name, false, at));
        last.extend(index::create(gates, &table.name, item, false, at)?);
    }
    Ok(())
}

fn expressions(parts: &[KeyPart]) -> impl Iterator<Item = &Sql> {
    parts.iter().filter_map(|part| match &part.target {
        KeyTarget::Expression(sql) => Some(sql),
        KeyTarget::Column(_) => None,
    })
}

/// Whether an expression may name one of the columns.
fn names_any(table: &Table, sql: &Sql, columns: &[&Column]) -> bool {
    let Some(text) = sql.resolve(NAMES) else { return false };
    let names = |column: &Ident| {
        let reference = ColumnReference {
            tables: std::slice::from_ref(&table.name.name),
            column,
            folding: Folding::Lower,
        };
        // What is not understood may do so.
        references_column(&LEXICAL, text, &reference).unwrap_or(true)
    };
    columns.iter().any(|column| names(&column.name))
}

/// The statement that drops an enum type.
pub(super) fn drop(name: &Name, at: usize) -> Statement {
    Statement::schema(at, format!("DROP TYPE {}", quote_name(name)))
}
