//! Views, triggers, routines and events, by their texts.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Object, ObjectKey, Schema};
use limbeck_core::sql::{Token, tokens};

use super::fault::{Fault, check_name};
use super::lexical;
use super::literal::{quote, text as literal};
use super::options::{Place, Said, read};
use super::table::name;
use crate::flavour::Gates;
use crate::options::{CHARACTER_SET_CLIENT, COLLATION_CONNECTION, FOLLOWS, SQL_MODE, TIME_ZONE};
use crate::session;

/// The kinds of objects, each with the word of its DROP.
const KINDS: [(&str, &str); 7] = [
    ("view", "VIEW"),
    ("trigger", "TRIGGER"),
    ("procedure", "PROCEDURE"),
    ("function", "FUNCTION"),
    ("event", "EVENT"),
    ("package", "PACKAGE"),
    ("package body", "PACKAGE BODY"),
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
    let text = with_order(&text, order.as_deref(), said.text(SQL_MODE));
    Ok(within(said, Statement::schema(at, text)))
}

/// A statement in a session that is set as it is to be for what it makes: the server keeps the settings with it. Behind
/// it the session is what it was, so that every statement finds the same one, whichever run it is in.
fn within(said: Said<'_>, statement: Statement) -> Vec<Statement> {
    let at = statement.operation;
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut set = |text: String, back: String| {
        before.push(Statement::data(at, text));
        after.insert(0, Statement::data(at, back));
    };
    if let Some(zone) = said.text(TIME_ZONE) {
        set(
            format!("SET @limbeck_time_zone = @@SESSION.time_zone, SESSION time_zone = {}", literal(zone)),
            "SET SESSION time_zone = @limbeck_time_zone".to_owned(),
        );
    }
    if let Some(mode) = said.text(SQL_MODE) {
        set(
            format!("SET SESSION sql_mode = {}", literal(mode)),
            format!("SET SESSION sql_mode = {}", literal(session::SQL_MODE)),
        );
    }
    // The bytes of the text are read as what the client says it speaks.
    let client = said.text(CHARACTER_SET_CLIENT).filter(|_| statement.sql.is_ascii());
    let collation = said.text(COLLATION_CONNECTION);
    if client.is_some() || collation.is_some() {
        let client = client.map(|client| format!("SESSION character_set_client = {}", literal(client)));
        let collation =
            collation.map(|collation| format!("SESSION collation_connection = {}", literal(collation)));
        let all: Vec<String> = client.into_iter().chain(collation).collect();
        set(format!("SET {}", all.join(", ")), "SET NAMES utf8mb4".to_owned());
    }
    before.push(statement);
    before.extend(after);
    before
}

/// The text of a trigger with its place among others, which stands behind FOR EACH ROW.
fn with_order(text: &str, order: Option<&str>, mode: Option<&str>) -> String {
    let Some(order) = order else { return text.to_owned() };
    let rules = lexical(mode.unwrap_or_default());
    let code: Vec<Token<'_>> = tokens(rules, text).filter(Token::is_code).collect();
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
        let options = read(gates, &new.options, Place::Object, "")?;
        return Ok(within(Said::new(gates, &options), Statement::schema(at, text)));
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
        let said = Said::new(gates, &options);
        made = within(said, Statement::schema(at, with_order(&text, Some(&order), said.text(SQL_MODE))));
    }
    statements.extend(made);
    Ok(statements)
}

/// `CREATE OR REPLACE …` of `CREATE …`.
fn or_replace(text: &str) -> Option<String> {
    // A view is in the mode of limbeck's sessions, and its first words are in every one.
    let mut code = tokens(lexical(""), text).filter(Token::is_code);
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
    let statement = Statement::schema(at, format!("DROP {word} {}", name(&object.key.name)));
    // Packages are known in the mode alone in which they are made.
    if word.starts_with("PACKAGE") {
        let options = read(gates, &object.options, Place::Object, "")?;
        return Ok(within(Said::new(gates, &options), statement));
    }
    Ok(vec![statement])
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
            with_order(
                "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = 1",
                Some("FOLLOWS `s`"),
                None
            ),
            "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW FOLLOWS `s` SET NEW.a = 1"
        );
    }
}
