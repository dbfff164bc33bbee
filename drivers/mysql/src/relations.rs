//! The tables, views and sequences that have one of some names, with the statements that make them.
//!
//! A server is asked for names one by one, since looking a list of them up in `information_schema` has MySQL go through
//! all tables of the database, and MariaDB open them; and all in one question, since each costs the way to the server.
//! MySQL joins the names with the view: a SELECT for each is planned for a millisecond. MariaDB has a faster way: a block
//! of statements that goes on where there is no such table.

use limbeck_core::driver::{Definition, DriverError, Row};
use limbeck_core::ident::{Ident, Name};
use mysql_async::Params;

use crate::definitions::{full, lines};
use crate::dialect::literal::text;
use crate::error::from_mysql;
use crate::flavour::Flavour;
use crate::session::{Session, run};

/// How many names one question is about.
const AT_ONCE: usize = 50;
/// The longest name, in characters.
const LONGEST: usize = 64;
/// What MariaDB answers for a table that is in its way only because the session has locked others.
const NOT_LOCKED: u16 = 1100;
/// What it answers for a sequence that is none.
const NOT_SEQUENCE: u16 = 4089;
/// How its statement begins for what only the session sees.
const TEMPORARY: &str = "CREATE TEMPORARY ";

/// What there is under one of `names`, by schema and name. The session is set for reading.
pub(crate) async fn of(session: &mut Session, names: &[Name]) -> Result<Vec<Definition>, DriverError> {
    let names: Vec<&Name> = names.iter().filter(|name| is_possible(name)).collect();
    let mut found = Vec::new();
    for some in names.chunks(AT_ONCE) {
        let shown = match session.gates().flavour {
            Flavour::Mariadb => in_a_block(session, some).await?,
            Flavour::Mysql => None,
        };
        found.extend(match shown {
            Some(shown) => shown,
            None => listed(session, some).await?,
        });
    }
    let key = |definition: &Definition| (definition.schema.clone(), definition.name.clone());
    found.sort_by_key(key);
    found.dedup_by_key(|definition| key(definition));
    Ok(found)
}

/// Whether anything could have this name: a question about another would be refused.
fn is_possible(name: &Name) -> bool {
    name.schema.iter().chain([&name.name]).all(|part| {
        let part = part.as_str();
        !part.is_empty()
            && !part.ends_with(' ')
            && part.chars().count() <= LONGEST
            && part.chars().all(|character| character != '\0' && character <= '\u{ffff}')
    })
}

/// The definitions, by a block of SHOW CREATE, in which what is not there is passed over. `None`, if tables are locked or
/// the user may not see something: then what is there cannot be told from what is not.
async fn in_a_block(session: &mut Session, names: &[&Name]) -> Result<Option<Vec<Definition>>, DriverError> {
    // No such table, no such database; not for this user to see.
    let mut block = "BEGIN NOT ATOMIC DECLARE hidden INT DEFAULT 0; \
         DECLARE CONTINUE HANDLER FOR 1146, 1049 BEGIN END; \
         DECLARE CONTINUE HANDLER FOR 1142, 1044 SET hidden = 1; "
        .to_owned();
    let mut last = None;
    for name in names {
        let schema = name.schema.as_ref().map(Ident::as_str);
        if schema != last {
            // Answers do not say their schema: a row of one value says that of those behind it.
            let said = schema.map_or_else(|| "NULL".to_owned(), text);
            block.push_str(&format!("SELECT NULLIF({said}, DATABASE()); "));
            last = schema;
        }
        block.push_str(&format!("SHOW CREATE TABLE {}; ", full(schema, name.name.as_str())));
    }
    // Three values, as nothing else that is answered has.
    block.push_str("SELECT hidden, NULL, NULL; END");
    let rows = match run(&mut session.conn, &block, Params::Empty).await {
        Ok((_, rows)) => rows,
        Err(mysql_async::Error::Server(error)) if error.code == NOT_LOCKED => return Ok(None),
        Err(error) => return Err(from_mysql(&error)),
    };
    let mut found = Vec::new();
    let mut schema: Option<String> = None;
    for row in &rows {
        let said = row.text(0).map(str::to_owned);
        let mut kind = match row.0.len() {
            1 => {
                schema = said;
                continue;
            }
            2 => "table",
            3 if row.integer(0) == Some(0) => continue,
            3 => return Ok(None),
            _ => "view",
        };
        let mut text = row.text(1).unwrap_or_default().to_owned();
        if text.starts_with(TEMPORARY) {
            continue;
        }
        let name = said.unwrap_or_default();
        if kind == "table"
            && text.contains("SEQUENCE=1")
            && let Some(sequence) = sequence(session, schema.as_deref(), &name).await?
        {
            (kind, text) = ("sequence", sequence);
        }
        found.push(Definition { schema: schema.clone(), ..Definition::new(kind, name, lines(&text)) });
    }
    Ok(Some(found))
}

/// The statement that makes a sequence; `None`, if the table is no sequence.
async fn sequence(
    session: &mut Session,
    schema: Option<&str>,
    name: &str,
) -> Result<Option<String>, DriverError> {
    let sql = format!("SHOW CREATE SEQUENCE {}", full(schema, name));
    match run(&mut session.conn, &sql, Params::Empty).await {
        Ok((_, rows)) => Ok(rows.first().and_then(|row| row.text(1)).map(str::to_owned)),
        Err(mysql_async::Error::Server(error)) if error.code == NOT_SEQUENCE => Ok(None),
        Err(error) => Err(from_mysql(&error)),
    }
}

/// The definitions of what `information_schema` lists.
async fn listed(session: &mut Session, names: &[&Name]) -> Result<Vec<Definition>, DriverError> {
    let question = match session.gates().flavour {
        Flavour::Mysql => joined(&session.collation_of_names().await?, names),
        Flavour::Mariadb => one_by_one(names),
    };
    let there: Vec<(Option<String>, String, &str, &str)> = session
        .query(&question)
        .await?
        .iter()
        .map(|row: &Row| {
            let (kind, word) = match row.text(2).unwrap_or_default() {
                "VIEW" | "SYSTEM VIEW" => ("view", "VIEW"),
                "SEQUENCE" => ("sequence", "SEQUENCE"),
                _ => ("table", "TABLE"),
            };
            (row.text(0).map(str::to_owned), row.text(1).unwrap_or_default().to_owned(), kind, word)
        })
        .collect();
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let questions: Vec<String> = there
        .iter()
        .map(|(schema, name, _, word)| format!("SHOW CREATE {word} {}", full(schema.as_deref(), name)))
        .collect();
    let rows = session.query(&questions.join(";")).await?;
    let answers = there.into_iter().zip(&rows);
    Ok(answers
        .map(|((schema, name, kind, _), row)| Definition {
            schema,
            ..Definition::new(kind, name, lines(row.text(1).unwrap_or_default()))
        })
        .collect())
}

/// The schema (none, for the session's own), the name and the type of each, by a join. What is looked up must have the
/// character set and collation of what it is compared with, or no index serves.
fn joined(collation: &str, names: &[&Name]) -> String {
    let as_name = |text: &str| format!("CONVERT({text} USING utf8mb3) COLLATE {collation}");
    let wanted: Vec<String> = names
        .iter()
        .map(|name| {
            let (schema, name) = parts(name);
            format!("SELECT {} AS s, {} AS n", as_name(&schema), as_name(&name))
        })
        .collect();
    format!(
        "SELECT NULLIF(t.TABLE_SCHEMA, DATABASE()), t.TABLE_NAME, t.TABLE_TYPE FROM ({}) AS wanted \
         STRAIGHT_JOIN information_schema.TABLES AS t ON t.TABLE_SCHEMA = wanted.s AND t.TABLE_NAME = wanted.n",
        wanted.join(" UNION ALL ")
    )
}

/// The same, by a SELECT for each: MariaDB looks up only a name that is compared with one value.
fn one_by_one(names: &[&Name]) -> String {
    let questions: Vec<String> = names
        .iter()
        .map(|name| {
            let (schema, name) = parts(name);
            format!(
                "SELECT NULLIF(TABLE_SCHEMA, DATABASE()), TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}"
            )
        })
        .collect();
    questions.join(" UNION ")
}

/// A schema and a name, as SQL writes them.
fn parts(name: &Name) -> (String, String) {
    let schema = name.schema.as_ref().map_or_else(|| "DATABASE()".to_owned(), |schema| text(schema.as_str()));
    (schema, text(name.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_could_be_there_are_asked_for() {
        let longest = "ä".repeat(LONGEST);
        for (name, possible) in [
            ("t", true),
            ("a`b", true),
            (longest.as_str(), true),
            (&format!("{longest}x"), false),
            ("", false),
            ("a ", false),
            ("a\0b", false),
            ("😀", false),
        ] {
            assert_eq!(is_possible(&Name::new(name)), possible, "{name:?}");
            assert_eq!(is_possible(&Name::qualified(name, "t")), possible, "{name:?}");
        }
    }
}
