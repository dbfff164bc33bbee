//! Enum types.

use limbeck_core::driver::Statement;
use limbeck_core::ident::Name;
use limbeck_core::operation::{AlterEnum, EnumPlace, Operation};
use limbeck_core::schema::{Enum, Schema};

use super::fault::{Fault, check_qualified};
use super::gates::Gates;
use super::literal::{quote_name, text};
use super::options::{NONE, read};
use super::{LONGEST_NAME, comment, swap};

/// The statements that make an enum type.
pub(super) fn create(made: &Enum, at: usize) -> Result<Vec<Statement>, Fault> {
    check_qualified(&made.name, "enum")?;
    let place = format!("enum {}", made.name);
    read(&made.options, NONE, &place)?;
    made.values.iter().try_for_each(|value| check_value(value, &place))?;
    Ok(creation(made, at))
}

/// The statements that make an enum type of which all is well.
pub(super) fn creation(made: &Enum, at: usize) -> Vec<Statement> {
    let name = quote_name(&made.name);
    let words: Vec<String> = made.values.iter().map(|value| text(value)).collect();
    let mut statements =
        vec![Statement::schema(at, format!("CREATE TYPE {name} AS ENUM ({})", words.join(", ")))];
    if let Some(said) = &made.comment {
        statements.push(comment::on(at, &format!("TYPE {name}"), Some(said)));
    }
    statements
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
    let said = |statements: &mut Vec<Statement>| {
        if let Some(said) = &change.comment {
            statements.push(comment::on(at, &format!("TYPE {name}"), said.as_deref()));
        }
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
        said(&mut statements);
        return Ok(statements);
    }
    let Some(made) = after.enums.get(&change.name) else {
        return Err(Fault::DoesNotFit(format!("enum {} does not exist", change.name)));
    };
    statements.extend(swap::replace(gates, swap::Made::Enum(made), before, at)?);
    Ok(statements)
}

/// The statement that drops an enum type.
pub(super) fn drop(name: &Name, at: usize) -> Statement {
    Statement::schema(at, format!("DROP TYPE {}", quote_name(name)))
}
