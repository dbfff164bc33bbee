//! What SQLite says of the things that a statement names, for the journal.

use limbeck_core::driver::{Definition, DriverError, Value};
use limbeck_core::ident::Name;
use limbeck_core::sql::tokens;

use crate::dialect::LEXICAL;
use crate::session::Session;

/// How many names one query takes: the library may take no more than 999 parameters.
const AT_ONCE: usize = 400;

/// The tables, views, indexes and triggers that have one of `names`, and those that belong to a table of such a name.
pub(crate) fn of(session: &Session, names: &[Name]) -> Result<Vec<Definition>, DriverError> {
    let mut wanted: Vec<String> = names.iter().map(|name| name.name.as_str().to_ascii_lowercase()).collect();
    wanted.sort();
    wanted.dedup();
    let mut found = Vec::new();
    for some in wanted.chunks(AT_ONCE) {
        let places = vec!["?"; some.len()].join(", ");
        let values: Vec<Value> = some.iter().chain(some).map(|name| name.as_str().into()).collect();
        let rows = session.query(
            &format!(
                "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL \
                 AND (lower(name) IN ({places}) OR lower(tbl_name) IN ({places})) ORDER BY type, name"
            ),
            &values,
        )?;
        found.extend(rows.iter().map(|row| {
            let text = |column: usize| row.text(column).unwrap_or_default();
            Definition::new(text(0), text(1), parts(text(2)))
        }));
    }
    // An index and its table may have been asked for apart.
    found.sort_by(|left, right| (&left.kind, &left.name).cmp(&(&right.kind, &right.name)));
    found.dedup();
    Ok(found)
}

/// The parts of a CREATE statement: what stands between the commas of its outermost parentheses, each on a line.
fn parts(sql: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut depth = 0usize;
    for token in tokens(&LEXICAL, sql) {
        let begins = token.is_mark("(") && depth == 0;
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        }
        let ends = token.is_mark(")") && depth == 0;
        if begins || ends || (token.is_mark(",") && depth == 1) {
            lines.push(String::new());
            continue;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(if token.is_code() { token.text } else { " " });
        }
    }
    lines.retain_mut(|line| {
        *line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        !line.is_empty()
    });
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_told_by_its_columns() {
        assert_eq!(
            parts("CREATE TABLE \"t\" (\n  a numeric(4, 2) DEFAULT (1, 2), -- x\n  \"b,\" text\n) STRICT"),
            ["CREATE TABLE \"t\"", "a numeric(4, 2) DEFAULT (1, 2)", "\"b,\" text", "STRICT"]
        );
        assert_eq!(parts("CREATE VIEW v AS SELECT 1"), ["CREATE VIEW v AS SELECT 1"]);
    }
}
