use std::collections::BTreeSet;

use limbeck_core::driver::{Connection, DriverError, DriverErrorKind, Row, Scope, Value};

use super::bytes;
use crate::dialect::literal::quote;
use crate::flavour::Gates;

/// How many texts are asked for at once.
const BATCH: usize = 250;

/// How often a catalog is read again that somebody changed meanwhile.
const TRIES: usize = 5;

/// What the server says of the database that the connection is in.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    /// Its name.
    pub(super) database: String,
    /// The server does not tell names of tables apart by case.
    pub(super) folds_names: bool,
    /// Objects are read with who they are run as.
    pub(super) keeps_definers: bool,
    /// Its character set: a table that has it says nothing.
    pub(super) character_set: String,
    /// Its collation, likewise.
    pub(super) collation: String,
    /// The collation of texts in what this session makes.
    pub(super) session_collation: String,
    /// Tables, views and sequences, by their names.
    pub(super) tables: Vec<Entry>,
    /// Triggers, in the order in which they act.
    pub(super) triggers: Vec<Trigger>,
    /// Procedures, functions and packages.
    pub(super) routines: Vec<Entry>,
    /// Events.
    pub(super) events: Vec<Entry>,
    /// Sequences, each with its name, the text that makes it and the row that says how it runs.
    pub(super) sequences: Vec<(String, String, Row)>,
}

/// Something that has a name and a text that makes it.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// `BASE TABLE`, `VIEW`, `SEQUENCE`, `SYSTEM VERSIONED`, `PROCEDURE`, …
    pub(super) kind: String,
    pub(super) name: String,
    /// The statement that makes it; none, if this user may not see it.
    pub(super) text: Option<String>,
    /// The `sql_mode` that it runs in.
    pub(super) sql_mode: String,
    /// What its maker's client spoke, and the collation of texts in it; nothing, where it keeps neither.
    pub(super) made_in: Option<(String, String)>,
    /// The time zone of an event.
    pub(super) time_zone: Option<String>,
}

/// A trigger.
#[derive(Debug, Default)]
pub(super) struct Trigger {
    pub(super) entry: Entry,
    pub(super) table: String,
    /// `BEFORE INSERT`
    pub(super) moment: String,
}

/// Reads it; again, if something vanished between the list and its text.
pub(super) async fn read(
    connection: &mut dyn Connection,
    gates: Gates,
    scope: &Scope,
) -> Result<Catalog, DriverError> {
    let mut tries = 1;
    loop {
        match read_once(connection, gates, scope).await {
            Err(error) if tries < TRIES && is_gone(&error) => tries += 1,
            result => return result,
        }
    }
}

/// Whether what was asked after is not there any more.
fn is_gone(error: &DriverError) -> bool {
    let number = error.code.as_deref().and_then(|code| code.split(',').next());
    error.kind == DriverErrorKind::Statement
        && number.is_some_and(|number| matches!(number, "1146" | "1305" | "1360" | "1539" | "1109"))
}

async fn read_once(
    connection: &mut dyn Connection,
    gates: Gates,
    scope: &Scope,
) -> Result<Catalog, DriverError> {
    let mut catalog = Catalog::default();
    let rows = connection
        .query(
            "SELECT DATABASE(), @@character_set_database, @@collation_database, @@collation_connection, \
             @@lower_case_table_names",
            &[],
        )
        .await?;
    let text = |at: usize| rows.first().and_then(|row| row.text(at)).unwrap_or_default().to_owned();
    catalog.database = text(0);
    (catalog.character_set, catalog.collation, catalog.session_collation) = (text(1), text(2), text(3));
    catalog.folds_names = rows.first().and_then(|row| row.integer(4)).unwrap_or(0) != 0;
    let (which, names) = only(scope, "TABLE_NAME");
    let rows = connection
        .query(
            &format!(
                "SELECT TABLE_TYPE, TABLE_NAME FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = DATABASE(){which} ORDER BY TABLE_NAME"
            ),
            &names,
        )
        .await?;
    catalog.tables = entries(&rows);
    let (which, names) = only(scope, "EVENT_OBJECT_TABLE");
    let rows = connection
        .query(
            &format!(
                "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, SQL_MODE \
                 FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE(){which} \
                 ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER"
            ),
            &names,
        )
        .await?;
    catalog.triggers = rows.iter().map(trigger).collect();
    if scope.tables.is_none() {
        let rows = connection
            .query(
                "SELECT ROUTINE_TYPE, ROUTINE_NAME, SQL_MODE FROM information_schema.ROUTINES \
                 WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY ROUTINE_TYPE, ROUTINE_NAME",
                &[],
            )
            .await?;
        catalog.routines = entries(&rows);
        let rows = connection
            .query(
                "SELECT 'EVENT', EVENT_NAME, SQL_MODE FROM information_schema.EVENTS \
                 WHERE EVENT_SCHEMA = DATABASE() ORDER BY EVENT_NAME",
                &[],
            )
            .await?;
        catalog.events = entries(&rows);
    }
    texts(connection, &mut catalog, scope).await?;
    if gates.sequences {
        sequences(connection, &mut catalog).await?;
    }
    Ok(catalog)
}

/// Part of a condition that leaves only the tables of the scope, with its values.
fn only(scope: &Scope, column: &str) -> (String, Vec<Value>) {
    match &scope.tables {
        None => (String::new(), Vec::new()),
        Some(tables) if tables.is_empty() => (" AND FALSE".to_owned(), Vec::new()),
        Some(tables) => (
            format!(" AND {column} IN ({})", vec!["?"; tables.len()].join(", ")),
            tables.iter().map(|table| Value::from(table.name.as_str())).collect(),
        ),
    }
}

fn entries(rows: &[Row]) -> Vec<Entry> {
    rows.iter()
        .map(|row| Entry {
            kind: row.text(0).unwrap_or_default().to_owned(),
            name: row.text(1).unwrap_or_default().to_owned(),
            sql_mode: row.text(2).unwrap_or_default().to_owned(),
            ..Entry::default()
        })
        .collect()
}

fn trigger(row: &Row) -> Trigger {
    let text = |at: usize| row.text(at).unwrap_or_default();
    Trigger {
        entry: Entry {
            kind: "TRIGGER".to_owned(),
            name: text(0).to_owned(),
            sql_mode: text(4).to_owned(),
            ..Entry::default()
        },
        table: text(1).to_owned(),
        moment: format!("{} {}", text(2), text(3)),
    }
}

/// Asks for the text of everything, some hundreds in one go.
async fn texts(
    connection: &mut dyn Connection,
    catalog: &mut Catalog,
    scope: &Scope,
) -> Result<(), DriverError> {
    let except: BTreeSet<&str> = scope.except.iter().map(|name| name.name.as_str()).collect();
    catalog.tables.retain(|entry| !except.contains(entry.name.as_str()));
    catalog.triggers.retain(|trigger| !except.contains(trigger.table.as_str()));
    let tables = catalog.tables.iter_mut().map(|entry| {
        let word = match entry.kind.as_str() {
            "VIEW" => "VIEW",
            "SEQUENCE" => "SEQUENCE",
            _ => "TABLE",
        };
        (word, 1, entry)
    });
    let triggers = catalog.triggers.iter_mut().map(|trigger| ("TRIGGER", 2, &mut trigger.entry));
    let routines = catalog.routines.iter_mut().filter_map(|entry| {
        let word = match entry.kind.as_str() {
            "PROCEDURE" => "PROCEDURE",
            "FUNCTION" => "FUNCTION",
            "PACKAGE" => "PACKAGE",
            "PACKAGE BODY" => "PACKAGE BODY",
            _ => return None,
        };
        Some((word, 2, entry))
    });
    let events = catalog.events.iter_mut().map(|entry| ("EVENT", 3, entry));
    let mut wanted: Vec<(&str, usize, &mut Entry)> =
        tables.chain(triggers).chain(routines).chain(events).collect();
    for batch in wanted.chunks_mut(BATCH) {
        let questions: Vec<String> = batch
            .iter()
            .map(|(word, _, entry)| format!("SHOW CREATE {word} {}", quote(&entry.name)))
            .collect();
        let rows = connection.query(&questions.join(";"), &[]).await?;
        if rows.len() != batch.len() {
            return Err(DriverError::new(
                DriverErrorKind::Other,
                format!("{} texts were asked for, and {} came", batch.len(), rows.len()),
            ));
        }
        for ((word, column, entry), row) in batch.iter_mut().zip(&rows) {
            entry.text = match row.0.get(*column) {
                Some(Value::Bytes(bytes)) => Some(bytes::readable(bytes)),
                _ => row.text(*column).map(str::to_owned),
            };
            // Behind the text stands what the session was in which it was made.
            if !matches!(*word, "TABLE" | "SEQUENCE") {
                let set = |at: usize| row.text(*column + at).map(str::to_owned);
                entry.made_in = set(1).zip(set(2));
            }
            if *word == "EVENT" {
                entry.time_zone = row.text(2).map(str::to_owned);
            }
        }
    }
    Ok(())
}

/// Sequences are tables of one row, which says how they run.
async fn sequences(connection: &mut dyn Connection, catalog: &mut Catalog) -> Result<(), DriverError> {
    let found: Vec<(String, String)> = catalog
        .tables
        .iter()
        .filter(|entry| entry.kind == "SEQUENCE")
        .map(|entry| (entry.name.clone(), entry.text.clone().unwrap_or_default()))
        .collect();
    for batch in found.chunks(BATCH) {
        let questions: Vec<String> = batch
            .iter()
            .map(|(name, _)| {
                format!(
                    "SELECT start_value, minimum_value, maximum_value, increment, cache_size, cycle_option FROM {}",
                    quote(name)
                )
            })
            .collect();
        let rows = connection.query(&questions.join(" UNION ALL "), &[]).await?;
        if rows.len() != batch.len() {
            return Err(DriverError::new(DriverErrorKind::Other, "a sequence has not one row"));
        }
        let batch = batch.iter().cloned().zip(rows);
        catalog.sequences.extend(batch.map(|((name, text), row)| (name, text, row)));
    }
    Ok(())
}
