//! Views, by their texts.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Object, ObjectKey};
use limbeck_core::sql::{Token, statements, tokens};

use super::fault::{Fault, check_name};
use super::lower::home;
use super::table::comment;
use super::text::name;
use super::{LEXICAL, NAMES};

/// The one kind of objects that is managed.
pub(crate) const VIEW: &str = "view";

fn checked(key: &ObjectKey) -> Result<(), Fault> {
    check_name(&key.name.name, &key.kind)?;
    if key.kind == VIEW {
        return Ok(());
    }
    let help = if key.kind == "function" {
        "make a macro of it, with an `execute`; for other databases alone, give a `definition` with `duckdb = \"\"`"
    } else {
        "for other databases alone, give a `definition` per dialect, with `duckdb = \"\"`"
    };
    Err(Fault::unsupported(format!("{key} is of a kind that DuckDB has not"), help))
}

/// The statements that make an object; none if there is nothing to make here.
fn texts(object: &Object) -> Result<Vec<String>, Fault> {
    let Some(text) = object.definition.resolve(NAMES) else {
        return Err(Fault::NoText(format!("the definition of {}", object.key)));
    };
    let parts = statements(&LEXICAL, text).map_err(|error| {
        Fault::unsupported(format!("the definition of {} cannot be read: {error}", object.key), "correct it")
    })?;
    if !parts.is_empty() {
        checked(&object.key)?;
    }
    Ok(parts.into_iter().map(|part| part.sql).collect())
}

fn made(object: &Object, texts: Vec<String>, at: usize) -> Vec<Statement> {
    let is_there = !texts.is_empty();
    let mut made: Vec<Statement> = texts.into_iter().map(|text| Statement::schema(at, text)).collect();
    if let Some(text) = object.comment.as_ref().filter(|text| is_there && !text.is_empty()) {
        let what = format!("VIEW {}", name(&home(&object.key.name)));
        made.push(Statement::schema(at, comment(&what, Some(text))));
    }
    made
}

/// The statements that make an object.
pub(super) fn create(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    Ok(made(object, texts(object)?, at))
}

/// The statements that put an object in the place of one of the same name.
pub(super) fn replace(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    let mut texts = texts(object)?;
    if let Some(first) = texts.first_mut() {
        *first = or_replace(first);
    }
    Ok(made(object, texts, at))
}

/// `CREATE OR REPLACE …` of `CREATE …`.
fn or_replace(text: &str) -> String {
    let mut code = tokens(&LEXICAL, text).filter(Token::is_code);
    match (code.next(), code.next()) {
        (Some(create), Some(next)) if create.is_word("CREATE") && !next.is_word("OR") => {
            let end = create.span().end;
            format!("{} OR REPLACE{}", &text[..end], &text[end..])
        }
        _ => text.to_owned(),
    }
}

/// The statement that drops an object.
pub(super) fn drop(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    if texts(object)?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Statement::schema(at, format!("DROP VIEW {}", name(&home(&object.key.name))))])
}
