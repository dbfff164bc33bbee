//! Views, triggers and virtual tables, known by their text.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Object, ObjectKey, Schema};
use limbeck_core::sql::{Token, TokenKind, statements, tokens};

use super::copy::is_rowid_name;
use super::fault::Fault;
use super::literal::{quote, text_all};
use super::lookup::{Lookup, Trigger, Triggers, guards};
use super::lower::{plain, unquoted};
use super::options::read;
use super::{LEXICAL, NAMES};
use crate::introspect::{tables_read, trigger};

/// The kind of views.
pub(super) const VIEW: &str = "view";
/// The kind of triggers.
const TRIGGER: &str = "trigger";
/// The kind of tables that a module holds: `CREATE VIRTUAL TABLE`.
const VIRTUAL_TABLE: &str = "virtual_table";

/// The statement that makes an object; `None` if there is nothing to do on SQLite.
pub(super) fn create(object: &Object, operation: usize) -> Result<Option<Statement>, Fault> {
    let Some(sql) = definition(object)? else { return Ok(None) };
    word(&object.key)?;
    plain(&object.key.name, &object.key.kind)?;
    let second = tokens(&LEXICAL, &sql).filter(Token::is_code).nth(1);
    if second.is_some_and(|token| token.is_any(&["TEMP", "TEMPORARY"])) {
        return Err(Fault::unsupported(
            format!(
                "{} is temporary: it would be gone with the session, and hide what has its name",
                object.key
            ),
            "take the word out of its definition",
        ));
    }
    read(&object.options, &[], &object.key.to_string())?;
    Ok(Some(Statement::schema(operation, sql)))
}

/// The statement that drops an object; `None` if there was nothing to do on SQLite.
pub(super) fn drop(object: &Object, operation: usize) -> Result<Option<Statement>, Fault> {
    if definition(object)?.is_none() {
        return Ok(None);
    }
    let word = word(&object.key)?;
    let name = plain(&object.key.name, &object.key.kind)?;
    let statement = Statement::schema(operation, format!("DROP {word} {}", quote(name.as_str())));
    Ok(Some(if is_virtual_table(&object.key) { statement.suspending_foreign_keys() } else { statement }))
}

/// Whether dropping the object is dropping a table.
pub(super) fn is_virtual_table(key: &ObjectKey) -> bool {
    key.kind == VIRTUAL_TABLE
}

/// The statements that put `new` in the place of `old`, with the triggers of a view, which go with it.
pub(super) fn replace(
    old: &Object,
    new: &Object,
    triggers: &[Trigger],
    operation: usize,
) -> Result<Vec<Statement>, Fault> {
    if new.key.kind == VIRTUAL_TABLE && definition(old)? != definition(new)? {
        return Err(Fault::unsupported(
            format!("{} cannot be replaced: its rows would be lost without a word", new.key),
            "drop it (drop_object) and make it again (create_object), and fill it with `execute`",
        ));
    }
    if new.key.kind == VIRTUAL_TABLE {
        return Ok(Vec::new());
    }
    let dropped = drop(old, operation)?;
    let mut statements = Vec::new();
    if new.key.kind == VIEW && dropped.is_some() {
        statements = guards(&new.key.to_string(), new.key.name.name.as_str(), triggers, operation);
    }
    statements.extend(dropped);
    statements.extend(create(new, operation)?);
    if new.key.kind == VIEW {
        statements.extend(triggers.iter().map(|trigger| Statement::schema(operation, trigger.sql.clone())));
    }
    Ok(statements)
}

/// The statements that put back the text of each view and trigger that names `table` and the rowid by one of its own
/// names: when the column that stands for the rowid is renamed, SQLite writes the column's new name in their place.
pub(super) fn with_rowid(
    schema: &Schema,
    lookup: &Lookup,
    table: &Name,
    operation: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut statements = Vec::new();
    for object in schema.objects.values() {
        let Some(sql) = definition(object)? else { continue };
        let kind = object.key.kind.as_str();
        let used = match kind {
            VIEW => tables_read(&sql),
            TRIGGER => trigger(&sql).map_or_else(
                |_| Vec::new(),
                |parts| std::iter::once(parts.target).chain(parts.used).collect(),
            ),
            _ => continue,
        };
        let names_it = used.iter().any(|name| name.eq_ignore_ascii_case(table.name.as_str()));
        let says_rowid = || {
            tokens(&LEXICAL, &sql)
                .filter(Token::is_code)
                .any(|token| unquoted(&token).is_some_and(|name| is_rowid_name(&Ident::from(name.as_str()))))
        };
        if !names_it || !says_rowid() {
            continue;
        }
        let triggers = lookup.triggers(schema, &object.key.name)?;
        statements.extend(replace(object, object, triggers, operation)?);
    }
    Ok(statements)
}

/// All triggers.
pub(super) fn triggers(schema: &Schema) -> Result<Triggers, Fault> {
    let mut found = Triggers::new();
    for object in schema.objects.values().filter(|object| object.key.kind == TRIGGER) {
        let Some(sql) = definition(object)? else { continue };
        let owner = match &object.key.table {
            Some(owner) => Some(owner.name.as_str().to_owned()),
            None => trigger_table(&sql),
        };
        if let Some(owner) = owner {
            let trigger = Trigger { name: object.key.name.name.clone(), sql };
            found.entry(owner.to_ascii_lowercase()).or_default().push(trigger);
        }
    }
    Ok(found)
}

/// Whether a view or trigger may name a table that is not there. SQLite drops no column in place then, whatever table it
/// is of.
pub(super) fn dangles(schema: &Schema) -> bool {
    let lower = |name: &str| name.to_ascii_lowercase();
    let tables = schema.tables.keys().map(|name| lower(name.name.as_str()));
    let objects = schema.objects.keys().filter(|key| key.kind != TRIGGER);
    let known: BTreeSet<String> = tables.chain(objects.map(|key| lower(key.name.name.as_str()))).collect();
    let missing = |name: &String| {
        let name = lower(name);
        !name.starts_with("sqlite_") && !known.contains(&name)
    };
    schema.objects.values().any(|object| match (object.key.kind.as_str(), definition(object)) {
        (VIEW, Ok(Some(sql))) => tables_read(&sql).iter().any(missing),
        (TRIGGER, Ok(Some(sql))) => trigger(&sql).is_ok_and(|parts| parts.used.iter().any(missing)),
        _ => false,
    })
}

/// Stops the run if something is there that names one of `views`, which the operations at these positions drop.
pub(super) fn left_behind(schema: &Schema, views: &[(usize, ObjectKey)]) -> Vec<Statement> {
    let gone = |key: &ObjectKey| !schema.objects.contains_key(key) && !schema.tables.contains_key(&key.name);
    let mut gone: BTreeMap<String, (&(usize, ObjectKey), Vec<&str>)> = views
        .iter()
        .filter(|(_, key)| gone(key))
        .map(|view| (view.1.name.name.as_str().to_ascii_lowercase(), (view, Vec::new())))
        .collect();
    if gone.is_empty() {
        return Vec::new();
    }
    for object in schema.objects.values() {
        let Ok(Some(sql)) = definition(object) else { continue };
        let used = match object.key.kind.as_str() {
            VIEW => tables_read(&sql),
            TRIGGER => trigger(&sql).map(|parts| parts.used).unwrap_or_default(),
            _ => continue,
        };
        for name in used.iter().map(|name| name.to_ascii_lowercase()).collect::<BTreeSet<String>>() {
            if let Some((_, users)) = gone.get_mut(&name).filter(|_| !gives_name(&sql, &name)) {
                users.push(object.key.name.name.as_str());
            }
        }
    }
    let named = gone.into_values().filter(|(_, users)| !users.is_empty());
    let guard = |((at, key), users): (&(usize, ObjectKey), Vec<&str>)| {
        let guard = Guard {
            message: format!("{key} is dropped, and others name it, which would not work any more"),
            help: "drop or replace them in the same revision (drop_object, replace_object)".to_owned(),
        };
        let sql = format!(
            "SELECT type || ' ' || name FROM main.sqlite_master WHERE type IN ('view', 'trigger') \
             AND name COLLATE NOCASE IN ({})",
            text_all(users)
        );
        Statement::guard(*at, sql, guard)
    };
    named.map(guard).collect()
}

/// Whether a WITH in the text gives somebody the name: `name AS (`, `name (…) AS (`.
fn gives_name(sql: &str, name: &str) -> bool {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, sql).filter(Token::is_code).collect();
    let with = code.iter().any(|token| token.is_word("WITH"));
    let follows = |at: usize| match code.get(at + 1) {
        Some(next) if next.is_word("AS") => {
            code.get(at + 2).is_some_and(|next| next.is_mark("(") || next.is_any(&["MATERIALIZED", "NOT"]))
        }
        Some(next) => next.is_mark("("),
        None => false,
    };
    with && (0..code.len())
        .any(|at| follows(at) && unquoted(&code[at]).is_some_and(|found| found.eq_ignore_ascii_case(name)))
}

/// The one statement that the object's text is; `None` if it is empty.
pub(super) fn definition(object: &Object) -> Result<Option<String>, Fault> {
    let text = object
        .definition
        .resolve(NAMES)
        .ok_or_else(|| Fault::NoText(format!("the definition of {}", object.key)))?;
    let mut parts = statements(&LEXICAL, text).map_err(|error| {
        Fault::unsupported(format!("the definition of {} cannot be read: {error}", object.key), "correct it")
    })?;
    match parts.len() {
        0 => Ok(None),
        1 => Ok(parts.pop().map(|part| part.sql)),
        count => Err(Fault::unsupported(
            format!("the definition of {} holds {count} statements", object.key),
            "leave one statement in it, and move the others into objects or steps of their own",
        )),
    }
}

fn word(key: &ObjectKey) -> Result<&'static str, Fault> {
    match key.kind.as_str() {
        VIEW => Ok("VIEW"),
        TRIGGER => Ok("TRIGGER"),
        VIRTUAL_TABLE => Ok("TABLE"),
        kind => Err(Fault::unsupported(
            format!("{key}: SQLite has no objects of the kind {kind}"),
            "give it `definition = { sqlite = \"\", … }`, which means that there is nothing to do on SQLite",
        )),
    }
}

/// The table that a CREATE TRIGGER is for.
fn trigger_table(sql: &str) -> Option<String> {
    let mut code = tokens(&LEXICAL, sql).filter(Token::is_code).skip_while(|token| !token.is_word("TRIGGER"));
    code.next()?;
    // The trigger's own name may be the word ON only in quotes, so that the first plain one ends the event.
    let mut code = code.skip_while(|token| !token.is_word("ON"));
    code.next()?;
    let first = name_of(&code.next()?)?;
    match code.next() {
        Some(point) if point.text == "." => name_of(&code.next()?),
        _ => Some(first),
    }
}

/// A name where only a name can stand: SQLite takes a text there, too.
fn name_of(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::String => Some(token.text.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'")),
        _ => unquoted(token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_a_trigger_is_found() {
        for (sql, table) in [
            ("CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END", "t"),
            ("CREATE TRIGGER \"on\" UPDATE OF \"on\", x ON main.\"t t\" BEGIN SELECT 1; END", "t t"),
            ("CREATE TRIGGER 'a b' AFTER INSERT ON 'it''s' BEGIN SELECT 1; END", "it's"),
            ("create temp trigger if not exists [x] delete /* on y */ on `z` begin select 1; end", "z"),
        ] {
            assert_eq!(trigger_table(sql).as_deref(), Some(table));
        }
    }
}
