//! What the server says of the things that a statement names, for the journal.

use limbeck_core::driver::{Definition, DriverError, Row};
use limbeck_core::ident::Name;

use crate::session::{Session, quoted};

/// How many names one query takes.
const AT_ONCE: usize = 200;

/// Where things are listed: their kind, their schema, their name, and the table that they belong to.
const LISTS: [&str; 4] = [
    "SELECT IF(TABLE_TYPE = 'VIEW', 'view', IF(TABLE_TYPE = 'SEQUENCE', 'sequence', 'table')) AS k, \
     TABLE_SCHEMA AS s, TABLE_NAME AS n, TABLE_NAME AS t FROM information_schema.TABLES",
    "SELECT 'trigger' AS k, TRIGGER_SCHEMA AS s, TRIGGER_NAME AS n, EVENT_OBJECT_TABLE AS t \
     FROM information_schema.TRIGGERS",
    "SELECT LOWER(ROUTINE_TYPE) AS k, ROUTINE_SCHEMA AS s, ROUTINE_NAME AS n, ROUTINE_NAME AS t \
     FROM information_schema.ROUTINES",
    "SELECT 'event' AS k, EVENT_SCHEMA AS s, EVENT_NAME AS n, EVENT_NAME AS t FROM information_schema.EVENTS",
];

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// The tables, views, triggers, routines and events that have one of `names`, and the triggers of tables of such a name.
pub(crate) async fn of(session: &mut Session, names: &[Name]) -> Result<Vec<Definition>, DriverError> {
    let mut found = Vec::new();
    for some in names.chunks(AT_ONCE) {
        let listed = list(session, some).await?;
        let questions: Vec<String> = listed.iter().map(question).collect();
        if questions.is_empty() {
            continue;
        }
        let rows = session.query(&questions.join("; ")).await?;
        found.extend(listed.iter().zip(&rows).map(|(thing, row)| definition(thing, row)));
    }
    found.sort_by(|left, right| {
        (&left.kind, &left.schema, &left.name).cmp(&(&right.kind, &right.schema, &right.name))
    });
    found.dedup();
    Ok(found)
}

/// Something that is there.
struct Thing {
    kind: String,
    /// Its schema, if that is not the session's own.
    schema: Option<String>,
    name: String,
}

async fn list(session: &mut Session, names: &[Name]) -> Result<Vec<Thing>, DriverError> {
    let mut schemas: Vec<Option<&str>> =
        names.iter().map(|name| name.schema.as_ref().map(|schema| schema.as_str())).collect();
    schemas.sort_unstable();
    schemas.dedup();
    let mut found = Vec::new();
    for schema in schemas {
        let within = |name: &&Name| name.schema.as_ref().map(|schema| schema.as_str()) == schema;
        let wanted: Vec<String> =
            names.iter().filter(within).map(|name| literal(name.name.as_str())).collect();
        let wanted = wanted.join(", ");
        let place = schema.map_or_else(|| "DATABASE()".to_owned(), literal);
        let lists: Vec<String> = LISTS
            .iter()
            .map(|list| {
                format!("SELECT k, s, n FROM ({list}) AS l WHERE s = {place} AND (n IN ({wanted}) OR t IN ({wanted}))")
            })
            .collect();
        let rows = session.query(&lists.join("; ")).await?;
        let text = |row: &Row, at: usize| row.text(at).unwrap_or_default().to_owned();
        found.extend(rows.iter().map(|row| Thing {
            kind: text(row, 0),
            schema: schema.map(str::to_owned),
            name: text(row, 2),
        }));
    }
    Ok(found)
}

/// How the server is asked for one thing, so that it answers with one row.
fn question(thing: &Thing) -> String {
    let name = match &thing.schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(&thing.name)),
        None => quoted(&thing.name),
    };
    match thing.kind.as_str() {
        "sequence" => format!(
            "SELECT start_value, minimum_value, maximum_value, increment, cache_size, cycle_option FROM {name}"
        ),
        kind => format!("SHOW CREATE {} {name}", kind.to_ascii_uppercase()),
    }
}

fn definition(thing: &Thing, row: &Row) -> Definition {
    let column = match thing.kind.as_str() {
        "table" | "view" => 1,
        "event" => 3,
        _ => 2,
    };
    let lines = if thing.kind == "sequence" {
        vec![format!("{:?}", row.0)]
    } else {
        row.text(column).unwrap_or_default().lines().map(without_counter).collect()
    };
    Definition {
        schema: thing.schema.clone(),
        ..Definition::new(thing.kind.clone(), thing.name.clone(), lines)
    }
}

/// A line without the next value of a counter, which changes with every row.
fn without_counter(line: &str) -> String {
    let line = line.trim_end_matches(',');
    let Some(start) = line.find(" AUTO_INCREMENT=").filter(|_| line.starts_with(") ENGINE=")) else {
        return line.to_owned();
    };
    let rest = &line[start + " AUTO_INCREMENT=".len()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    format!("{}{}", &line[..start], &rest[digits..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_do_not_count() {
        assert_eq!(
            without_counter(") ENGINE=InnoDB AUTO_INCREMENT=100 DEFAULT CHARSET=utf8mb4"),
            ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
        );
        assert_eq!(
            without_counter("  `a` int COMMENT ' AUTO_INCREMENT=1',"),
            "  `a` int COMMENT ' AUTO_INCREMENT=1'"
        );
    }
}
