//! Views, functions, triggers and whatever else is known by its text.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Object, ObjectKey};
use limbeck_core::sql::statements;

use super::fault::{Fault, check_qualified};
use super::literal::{quote, quote_name};
use super::options::{NONE, read};
use super::{LEXICAL, NAMES};

/// The statements that make an object; none if there is nothing to do on PostgreSQL.
pub(super) fn create(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    let definition = definition(object)?;
    read(&object.options, NONE, &object.key.to_string())?;
    Ok(definition.into_iter().map(|sql| Statement::schema(at, sql)).collect())
}

/// The statements that drop an object; none if there was nothing to do on PostgreSQL.
pub(super) fn drop(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    if definition(object)?.is_empty() {
        return Ok(Vec::new());
    }
    let word = word(&object.key)?;
    check_qualified(&object.key.name, &object.key.kind)?;
    let sql = match &object.key.table {
        Some(table) => format!("DROP {word} {} ON {}", quote(&object.key.name.name), quote_name(table)),
        None => format!("DROP {word} {}", quote_name(&object.key.name)),
    };
    Ok(vec![Statement::schema(at, sql)])
}

/// The statements that put `new` in the place of `old`.
pub(super) fn replace(old: &Object, new: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    Ok(drop(old, at)?.into_iter().chain(create(new, at)?).collect())
}

/// The statements that the object's text is.
fn definition(object: &Object) -> Result<Vec<String>, Fault> {
    let text = object
        .definition
        .resolve(NAMES)
        .ok_or_else(|| Fault::NoText(format!("the definition of {}", object.key)))?;
    let parts = statements(&LEXICAL, text).map_err(|error| {
        Fault::unsupported(format!("the definition of {} cannot be read: {error}", object.key), "correct it")
    })?;
    Ok(parts.into_iter().map(|part| part.sql).collect())
}

fn word(key: &ObjectKey) -> Result<&'static str, Fault> {
    Ok(match key.kind.as_str() {
        "view" => "VIEW",
        "materialized_view" => "MATERIALIZED VIEW",
        "function" => "FUNCTION",
        "procedure" => "PROCEDURE",
        "trigger" => "TRIGGER",
        "policy" => "POLICY",
        "domain" => "DOMAIN",
        "composite_type" => "TYPE",
        "extension" => "EXTENSION",
        kind => {
            return Err(Fault::unsupported(
                format!("{key}: PostgreSQL has no objects of the kind {kind}"),
                "give it `definition = { postgres = \"\", … }`, which means that there is nothing to do on PostgreSQL",
            ));
        }
    })
}
