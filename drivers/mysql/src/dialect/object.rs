//! Views, triggers, routines and events, by their texts.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Object, ObjectKey, Schema};
use limbeck_core::sql::{Token, tokens};

use super::LEXICAL;
use super::fault::{Fault, check_name};
use super::literal::{quote, text as literal};
use super::options::{Place, Said, read};
use super::table::name;
use crate::flavour::Gates;
use crate::options::{FOLLOWS, SQL_MODE};
use crate::session;

/// The kinds of objects, each with the word of its DROP.
const KINDS: [(&str, &str); 6] = [
    ("view", "VIEW"),
    ("trigger", "TRIGGER"),
    ("procedure", "PROCEDURE"),
    ("function", "FUNCTION"),
    ("event", "EVENT"),
    ("package", "PACKAGE"),
];

fn word(gates: Gates, key: &ObjectKey) -> Result<&'static str, Fault> {
    check_name(&key.name.name, &key.kind)?;
    let found = KINDS.iter().find(|(kind, _)| *kind == key.kind).map(|(_, word)| *word);
    found.ok_or_else(|| {
        Fault::unsupported(
            format!("{key} is of a kind that {} has not", gates.flavour.product()),
            "for other databases alone, give a `definition` per dialect, with `mysql = \"\"`",
        )
    })
}

/// The text that makes an object; `None` if there is nothing to make here.
fn text(gates: Gates, object: &Object) -> Result<Option<String>, Fault> {
    let Some(text) = object.definition.resolve(gates.names()) else {
        return Err(Fault::NoText(format!("the definition of {}", object.key)));
    };
    let text = text.trim().trim_end_matches(';').trim_end();
    if text.is_empty() {
        return Ok(None);
    }
    read(gates, &object.options, Place::Object, &object.key.to_string())?;
    Ok(Some(text.to_owned()))
}

/// The statement that makes an object.
pub(crate) fn create(gates: Gates, object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    let Some(text) = text(gates, object)? else { return Ok(Vec::new()) };
    word(gates, &object.key)?;
    let options = read(gates, &object.options, Place::Object, "")?;
    let said = Said::new(gates, &options);
    let order = said.text(FOLLOWS).map(|other| format!("FOLLOWS {}", quote(other)));
    Ok(in_mode(said.text(SQL_MODE), Statement::schema(at, with_order(&text, order.as_deref()))))
}

/// A statement in the mode that is to hold for what it makes: the server keeps the session's with it.
fn in_mode(mode: Option<&str>, statement: Statement) -> Vec<Statement> {
    let Some(mode) = mode else { return vec![statement] };
    let at = statement.operation;
    let set = |mode: &str| Statement::data(at, format!("SET SESSION sql_mode = {}", literal(mode)));
    vec![set(mode), statement, set(session::SQL_MODE)]
}

/// The text of a trigger with its place among others, which stands behind FOR EACH ROW.
fn with_order(text: &str, order: Option<&str>) -> String {
    let Some(order) = order else { return text.to_owned() };
    let code: Vec<Token<'_>> = tokens(&LEXICAL, text).filter(Token::is_code).collect();
    let row = code
        .windows(3)
        .find(|words| words[0].is_word("FOR") && words[1].is_word("EACH") && words[2].is_word("ROW"));
    match row {
        Some(words) => {
            let end = words[2].span().end;
            format!("{} {order}{}", &text[..end], &text[end..])
        }
        None => text.to_owned(),
    }
}

/// The statements that put an object in the place of one of the same name. A trigger keeps its place among others.
pub(crate) fn replace(
    gates: Gates,
    schema: &Schema,
    old: &Object,
    new: &Object,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    if new.key.kind == "view"
        && let (Some(_), Some(text)) = (self::text(gates, old)?, self::text(gates, new)?)
        && let Some(text) = or_replace(&text)
    {
        return Ok(vec![Statement::schema(at, text)]);
    }
    let mut statements = drop(gates, old, at)?;
    let mut made = create(gates, new, at)?;
    let next = schema.objects.values().find(|other| {
        let options = read(gates, &other.options, Place::Object, "").unwrap_or_default();
        other.key.kind == "trigger"
            && Said::new(gates, &options).text(FOLLOWS) == Some(new.key.name.name.as_str())
    });
    if let (Some(next), Some(text)) = (next, self::text(gates, new)?) {
        let order = format!("PRECEDES {}", quote(next.key.name.name.as_str()));
        let options = read(gates, &new.options, Place::Object, "")?;
        let mode = Said::new(gates, &options).text(SQL_MODE);
        made = in_mode(mode, Statement::schema(at, with_order(&text, Some(&order))));
    }
    statements.extend(made);
    Ok(statements)
}

/// `CREATE OR REPLACE …` of `CREATE …`.
fn or_replace(text: &str) -> Option<String> {
    let mut code = tokens(&LEXICAL, text).filter(Token::is_code);
    let (create, next) = (code.next()?, code.next()?);
    if !create.is_word("CREATE") {
        return None;
    }
    if next.is_word("OR") {
        return Some(text.to_owned());
    }
    let end = create.span().end;
    Some(format!("{} OR REPLACE{}", &text[..end], &text[end..]))
}

/// The statement that drops an object.
pub(crate) fn drop(gates: Gates, object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    if text(gates, object)?.is_none() {
        return Ok(Vec::new());
    }
    let word = word(gates, &object.key)?;
    Ok(vec![Statement::schema(at, format!("DROP {word} {}", name(&object.key.name)))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_turned_into_what_runs() {
        assert_eq!(
            or_replace("CREATE VIEW v AS SELECT 1").as_deref(),
            Some("CREATE OR REPLACE VIEW v AS SELECT 1")
        );
        assert_eq!(
            or_replace("create or replace view v as select 1").as_deref(),
            Some("create or replace view v as select 1")
        );
        assert_eq!(
            with_order("CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = 1", Some("FOLLOWS `s`")),
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW FOLLOWS `s` SET NEW.a = 1"
        );
    }
}
