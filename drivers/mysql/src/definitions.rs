//! What the server says of the things that a statement names, for the journal.

use limbeck_core::driver::{Definition, DriverError, Row};
use limbeck_core::ident::Name;
use mysql_async::Params;

use crate::error::from_mysql;
use crate::relations;
use crate::session::{Session, quoted, run};

/// Kinds of objects that are looked up only where a statement says the word.
const ROUTINES: [&str; 2] = ["procedure", "function"];

/// What there is under one of `names`: tables, views and sequences; and triggers, routines and events, if one of the names
/// is the word for them.
pub(crate) async fn of(session: &mut Session, names: &[Name]) -> Result<Vec<Definition>, DriverError> {
    let mut found = relations::of(session, names).await?;
    let says = |word: &str| names.iter().any(|name| name.name.as_str().eq_ignore_ascii_case(word));
    if says("trigger") {
        shown(session, names, "trigger", 2, &mut found).await?;
    }
    if says("event") {
        shown(session, names, "event", 3, &mut found).await?;
    }
    for kind in ROUTINES {
        if says(kind) {
            shown(session, names, kind, 2, &mut found).await?;
        }
    }
    Ok(found)
}

/// Adds what of this kind there is: its text stands in the column `column` of what SHOW CREATE answers.
async fn shown(
    session: &mut Session,
    names: &[Name],
    kind: &str,
    column: usize,
    found: &mut Vec<Definition>,
) -> Result<(), DriverError> {
    for name in names {
        let schema = name.schema.as_ref().map(|schema| schema.as_str().to_owned());
        let sql = format!("SHOW CREATE {kind} {}", full(schema.as_deref(), name.name.as_str()));
        let rows: Vec<Row> = match run(&mut session.conn, &sql, Params::Empty).await {
            Ok((_, rows)) => rows,
            // Most of the names are not of such a thing: no trigger, routine, event, or database.
            Err(mysql_async::Error::Server(error))
                if matches!(error.code, 1360 | 1305 | 1539 | 1049 | 1146) =>
            {
                continue;
            }
            Err(error) => return Err(from_mysql(&error)),
        };
        let Some(row) = rows.first() else { continue };
        let label = row.text(0).unwrap_or_default().to_owned();
        // The same under another spelling.
        if found
            .iter()
            .any(|other: &Definition| other.kind == kind && other.schema == schema && other.name == label)
        {
            continue;
        }
        let text = row.text(column).unwrap_or_default();
        found.push(Definition { schema, ..Definition::new(kind, label, lines(text)) });
    }
    Ok(())
}

/// A name with its schema, in quotes.
pub(crate) fn full(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{}", quoted(schema), quoted(name)),
        None => quoted(name),
    }
}

/// The lines of a CREATE statement, without the counter that moves with every row.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| {
            let line = line.trim().trim_end_matches(',');
            let Some((before, after)) = line.split_once(" AUTO_INCREMENT=").filter(|_| line.starts_with(')'))
            else {
                return line.to_owned();
            };
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}{rest}")
        })
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_of_a_table_does_not_count() {
        let text = "CREATE TABLE `t` (\n  `a` int NOT NULL,\n  PRIMARY KEY (`a`)\n) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4";
        assert_eq!(
            lines(text),
            [
                "CREATE TABLE `t` (",
                "`a` int NOT NULL",
                "PRIMARY KEY (`a`)",
                ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"
            ]
        );
    }
}
