//! Guards of a rebuild: what rows must obey by hand, and no revision knows, would be gone with the old table.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, ConstraintBody};

use super::literal::{text, text_all};
use super::lower::Lowered;
use super::table;

/// What of a table no pragma tells: how it begins in its text without white space, what of that says nothing (the
/// default, spelt out), and what it is.
const WORDS: [(&str, &[&str], &str); 4] = [
    ("CHECK(", &[], "CHECK constraints"),
    ("COLLATE", &["COLLATEBINARY", "COLLATE\"BINARY\""], "collations"),
    ("ONCONFLICT", &["ONCONFLICTABORT"], "conflict clauses"),
    ("AUTOINCREMENT", &[], "AUTOINCREMENT"),
];

/// Rules for rows that would be gone without a word, because the plan does not know them.
pub(super) fn guards(before: &Lowered, name: &str, operation: usize) -> Vec<Statement> {
    let table = &before.table;
    let guard = |sql: String, what: &str| {
        let message = format!("table {name} is to be made anew, and has {what} that no revision knows");
        let help =
            "write a revision that adds them (`makemigrations` finds them), or take them away".to_owned();
        Statement::guard(operation, sql, Guard { message, help })
    };
    let columns = |known: &dyn Fn(&Column) -> bool| {
        text_all(table.columns.iter().filter(|column| known(column)).map(|column| column.name.as_str()))
    };
    let mut keys = Vec::new();
    let mut uniques = Vec::new();
    for constraint in &table.constraints {
        match &constraint.body {
            ConstraintBody::ForeignKey(key) => keys.extend(
                key.columns.iter().map(|column| format!("{column} to {}", key.references.table.name)),
            ),
            ConstraintBody::Unique(_) => {
                let names: Vec<&str> = constraint.columns().into_iter().map(Ident::as_str).collect();
                uniques.push(names.join(", "));
            }
            _ => {}
        }
    }
    let of_table = text(name);
    let key = table.primary_key().map(|(constraint, _)| constraint.columns()).unwrap_or_default();
    vec![
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({of_table}) WHERE pk > 0 AND name COLLATE NOCASE NOT IN ({})",
                text_all(key.iter().map(|column| column.as_str()))
            ),
            "a primary key",
        ),
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({of_table}) WHERE \"notnull\" AND pk = 0 \
                 AND name COLLATE NOCASE NOT IN ({})",
                columns(&|column| !column.nullable)
            ),
            "NOT NULL columns",
        ),
        guard(
            format!(
                "SELECT name FROM pragma_table_xinfo({of_table}) WHERE dflt_value IS NOT NULL AND hidden = 0 \
                 AND name COLLATE NOCASE NOT IN ({})",
                columns(&|column| column.default.is_some())
            ),
            "defaults",
        ),
        guard(
            format!(
                "SELECT names FROM (SELECT (SELECT group_concat(name, ', ') FROM pragma_index_info(i.name)) AS names \
                 FROM pragma_index_list({of_table}) AS i WHERE i.origin = 'u') \
                 WHERE names COLLATE NOCASE NOT IN ({})",
                text_all(uniques.iter().map(String::as_str))
            ),
            "unique constraints",
        ),
        guard(
            format!(
                "SELECT names FROM (SELECT \"from\" || ' to ' || \"table\" AS names \
                 FROM pragma_foreign_key_list({of_table})) WHERE names COLLATE NOCASE NOT IN ({})",
                text_all(keys.iter().map(String::as_str))
            ),
            "foreign keys",
        ),
        guard(of_text(before, name), "something"),
    ]
}

/// A question that counts words in the text that SQLite keeps of a table, for what it tells in no other way. Where
/// somebody has written a comment into that text, which may hold the same words, nothing is told.
fn of_text(before: &Lowered, name: &str) -> String {
    let known = squeezed(&table::create(before, name));
    let mut questions = Vec::new();
    for (word, silent, what) in WORDS {
        let said = |word: &str| known.matches(word).count();
        let said = said(word) - silent.iter().map(|word| said(word)).sum::<usize>();
        let count = |word: &&str| {
            format!("(length(words) - length(replace(words, {}, ''))) / {}", text(word), word.len())
        };
        let there: Vec<String> = std::iter::once(&word).chain(silent).map(count).collect();
        let there = there.join(" - ");
        questions.push(format!(
            "SELECT printf('{what}: %d where %d are known', {there}, {said}) FROM kept WHERE {there} > {said}"
        ));
    }
    for (known, what, ends) in [
        (before.is_strict(), "STRICT", [")STRICT", ")STRICT,WITHOUTROWID", ")WITHOUTROWID,STRICT"]),
        (
            before.is_without_rowid(),
            "WITHOUT ROWID",
            [")WITHOUTROWID", ")STRICT,WITHOUTROWID", ")WITHOUTROWID,STRICT"],
        ),
    ] {
        if !known {
            let ends = ends.map(|end| format!("words LIKE {}", text(&format!("%{end}"))));
            questions.push(format!("SELECT {} FROM kept WHERE {}", text(what), ends.join(" OR ")));
        }
    }
    format!(
        "WITH kept AS (SELECT upper(replace(replace(replace(replace(sql, ' ', ''), char(9), ''), char(10), ''), \
         char(13), '')) AS words FROM sqlite_master WHERE type = 'table' AND name = {} COLLATE NOCASE \
         AND instr(sql, '--') = 0 AND instr(sql, '/*') = 0) {}",
        text(name),
        questions.join(" UNION ALL ")
    )
}

/// A text as the guards see it.
fn squeezed(sql: &str) -> String {
    sql.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).map(|c| c.to_ascii_uppercase()).collect()
}
