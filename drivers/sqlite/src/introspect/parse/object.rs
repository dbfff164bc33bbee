use super::cursor::{Cursor, Misread};
use super::token::{Kind, Token, tokens};

/// What a trigger stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TriggerParts {
    /// The table or view that it watches.
    pub(crate) target: String,
    /// Names of tables and views in its condition and body. Some may be of something else.
    pub(crate) used: Vec<String>,
}

/// Reads a CREATE TRIGGER as far as it names tables.
pub(crate) fn trigger(sql: &str) -> Result<TriggerParts, Misread> {
    let cursor = &mut Cursor::new(sql);
    cursor.expect(&["CREATE"], "CREATE")?;
    if !cursor.eat(&["TEMP"]) {
        cursor.eat(&["TEMPORARY"]);
    }
    cursor.expect(&["TRIGGER"], "TRIGGER")?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    cursor.qualified_name()?;
    while !cursor.eat(&["ON"]) {
        if cursor.advance().is_none() {
            return cursor.misread("ON");
        }
    }
    let target = cursor.name()?;
    Ok(TriggerParts { target, used: tables_read(cursor.rest()) })
}

/// The module of a virtual table: `fts5`.
pub(crate) fn virtual_module(sql: &str) -> Result<String, Misread> {
    let cursor = &mut Cursor::new(sql);
    cursor.expect(&["CREATE", "VIRTUAL", "TABLE"], "CREATE VIRTUAL TABLE")?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    cursor.qualified_name()?;
    cursor.expect(&["USING"], "USING")?;
    cursor.name()
}

/// Words that end a FROM clause.
const AFTER_FROM: [&str; 11] = [
    "WHERE",
    "GROUP",
    "HAVING",
    "WINDOW",
    "ORDER",
    "LIMIT",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "SELECT",
    "VALUES",
];

/// The names that stand where a table's does, in the order in which they come: behind FROM, JOIN, INTO, UPDATE, IN and
/// the commas of a FROM. A name that WITH gives is among them.
pub(crate) fn tables_read(sql: &str) -> Vec<String> {
    let pieces = tokens(sql);
    let mut found = Vec::new();
    // For each parenthesis that is open, whether a FROM clause goes on in it.
    let mut clauses = vec![false];
    let mut expected = false;
    let mut at = 0;
    while let Some(token) = pieces.get(at) {
        at += 1;
        let in_from = clauses.last().copied().unwrap_or_default();
        let set = |clauses: &mut Vec<bool>, value| {
            if let Some(last) = clauses.last_mut() {
                *last = value;
            }
        };
        if token.is_mark("(") {
            // `FROM (a JOIN b)`: the clause goes on within.
            clauses.push(expected);
        } else if token.is_mark(")") {
            clauses.pop();
            expected = false;
        } else if token.is_mark(",") {
            expected = in_from;
        } else if token.is_mark(";") {
            clauses = vec![false];
            expected = false;
        } else if token.is_word("FROM") {
            // `a IS DISTINCT FROM b` compares.
            let compares = at >= 2 && pieces[at - 2].is_word("DISTINCT");
            if !compares {
                set(&mut clauses, true);
                expected = true;
            }
        } else if token.is_any(&["JOIN", "INTO"]) {
            expected = true;
        } else if token.is_word("IN") {
            expected = !pieces.get(at).is_some_and(|next| next.is_mark("("));
        } else if token.is_word("UPDATE") {
            // `UPDATE OR IGNORE t`
            if pieces.get(at).is_some_and(|next| next.is_word("OR")) {
                at += 2;
            }
            expected = true;
        } else if token.is_any(&AFTER_FROM) {
            set(&mut clauses, false);
            expected = false;
        } else if expected {
            expected = false;
            let before = at.checked_sub(2).and_then(|before| pieces.get(before));
            let columns_follow = before.is_some_and(|before| before.is_word("INTO"));
            if let Some(name) = table_name(token, &pieces, &mut at, columns_follow) {
                found.push(name);
            }
        }
    }
    found
}

/// The name at `token`, or behind the schema that it is. A function that gives rows is none: it is told by its
/// parenthesis, unless `columns_follow`.
fn table_name(
    token: &Token<'_>,
    pieces: &[Token<'_>],
    at: &mut usize,
    columns_follow: bool,
) -> Option<String> {
    let mut name = token.name()?;
    if token.kind == Kind::String {
        return None;
    }
    if pieces.get(*at).is_some_and(|next| next.is_mark(".")) {
        name = pieces.get(*at + 1)?.name()?;
        *at += 2;
    }
    let calls = pieces.get(*at).is_some_and(|next| next.is_mark("("));
    (columns_follow || !calls).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_found_where_tables_stand() {
        for (sql, tables) in [
            (
                "SELECT a, b FROM t, u AS x JOIN main.\"v\" ON x.a = v.b, w WHERE c IN (1, 2) ORDER BY d, e",
                "t u v w",
            ),
            ("SELECT (SELECT max(b, c) FROM [in ner]) FROM (SELECT * FROM u), v", "in ner u v"),
            ("SELECT * FROM (a JOIN b), c WHERE d IS DISTINCT FROM e AND f IN g", "a b c g"),
            ("SELECT * FROM json_each(x), t", "t"),
            ("SELECT a FROM t GROUP BY a, b UNION SELECT c, d FROM u", "t u"),
            (
                "INSERT INTO a (b, c) VALUES (1, 2); UPDATE OR IGNORE d SET e = 1, f = 2; DELETE FROM g",
                "a d g",
            ),
            ("SELECT 1 -- FROM t", ""),
        ] {
            assert_eq!(tables_read(sql).join(" "), tables, "{sql}");
        }
    }

    #[test]
    fn triggers_name_their_table() {
        let parts = trigger(
            "CREATE TRIGGER \"on\" INSTEAD OF UPDATE OF a, b ON [my view] WHEN new.a > 0 BEGIN \
             INSERT INTO log SELECT * FROM t; END",
        )
        .unwrap();
        assert_eq!(parts.target, "my view");
        assert_eq!(parts.used, ["log", "t"]);
        assert!(trigger("CREATE TRIGGER x").is_err());
    }

    #[test]
    fn modules_of_virtual_tables() {
        assert_eq!(virtual_module("CREATE VIRTUAL TABLE t USING fts5(a)").unwrap(), "fts5");
        assert!(virtual_module("CREATE VIRTUAL TABLE t").is_err());
    }
}
