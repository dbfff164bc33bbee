//! What is in a database, told from the outside: by the pragmas, and where they are silent by the words of the statements.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::Value;

/// Every table, column, constraint, index, view, trigger and virtual table, each by its kind and name.
pub(crate) type Catalog = BTreeMap<String, String>;

/// Reads `main`, without limbeck's own tables and SQLite's.
pub(crate) fn catalog(database: &Connection) -> Catalog {
    let mut found = Catalog::new();
    let all = rows(
        database,
        "SELECT type, name, tbl_name, sql, coalesce(rootpage, 0) FROM main.sqlite_master WHERE sql IS NOT NULL \
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'limbeck\\_%' ESCAPE '\\' \
         AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')",
    );
    for row in all {
        let [kind, name, table, sql, page] = row.as_slice() else {
            unreachable!("five columns were asked for")
        };
        let words = words(sql);
        if kind != "table" || page == "0" {
            // ASC is what an index does without a word.
            let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "asc").collect();
            found.insert(format!("{kind} {table} {name}"), words.join(" "));
            continue;
        }
        of_table(database, name, &words, &mut found);
    }
    found
}

fn of_table(database: &Connection, name: &str, words: &[String], found: &mut Catalog) {
    let close = words.iter().rposition(|word| word == ")").expect("a table has columns");
    let mut options: Vec<&str> =
        words[close + 1..].iter().map(String::as_str).filter(|word| *word != ",").collect();
    options.sort_unstable();
    let counter = words.iter().any(|word| word == "autoincrement");
    found.insert(format!("table {name}"), format!("{} {counter}", options.join(" ")));
    let quoted = format!("'{}'", name.replace('\'', "''"));
    let columns = rows(
        database,
        &format!(
            "SELECT cid, name, lower(type), \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo({quoted})"
        ),
    );
    for column in &columns {
        let default = self::words(&column[4]).join(" ");
        let facts =
            [&column[0], &column[2], &column[3], &default, &column[5], &column[6]].map(String::as_str);
        found.insert(format!("column {name} {}", column[1]), facts.join(" "));
    }
    let mut keys = rows(
        database,
        &format!(
            "SELECT group_concat(\"from\" || '>' || coalesce(\"to\", '')), lower(\"table\"), on_update, on_delete \
             FROM pragma_foreign_key_list({quoted}) GROUP BY id"
        ),
    );
    keys.sort();
    found.insert(format!("keys {name}"), format!("{keys:?}"));
    let mut uniques = rows(
        database,
        &format!(
            "SELECT i.origin, (SELECT group_concat(name || coll || \"desc\") FROM (SELECT * FROM \
             pragma_index_xinfo(i.name) WHERE key = 1 ORDER BY seqno)) FROM pragma_index_list({quoted}) AS i \
             WHERE i.origin <> 'c'"
        ),
    );
    uniques.sort();
    uniques.dedup();
    found.insert(format!("uniques {name}"), format!("{uniques:?}"));
    let mut clauses = clauses(words);
    clauses.sort();
    // One that says what another one says already changes nothing, and is not kept.
    clauses.dedup();
    found.insert(format!("clauses {name}"), clauses.join("; "));
}

/// What no pragma shows: CHECKs, generated expressions, names of constraints, collations, conflict clauses, DEFERRABLE.
fn clauses(words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let next = |count: usize| words[at..(at + count).min(words.len())].join(" ");
        match word.as_str() {
            "check" | "as" if words.get(at + 1).is_some_and(|next| next == "(") => {
                found.push(balanced(&words[at..]));
            }
            "constraint" | "collate" | "conflict" | "initially" => found.push(next(2)),
            "deferrable" => found.push("deferrable".to_owned()),
            _ => {}
        }
    }
    found
}

fn balanced(words: &[String]) -> String {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if at > 0 && depth == 0 {
            return words[..=at].join(" ");
        }
    }
    words.join(" ")
}

/// The tokens of an SQL text, without comments: names without their quotes and in lower case, so that what a rename
/// puts into quotes is the same.
pub(super) fn words(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '\'' | '"' | '`' => quoted(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |at| at + 1),
            _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        match first {
            '\'' => found.push(token.to_owned()),
            '"' => found.push(token[1..length - 1].replace("\"\"", "\"").to_lowercase()),
            '`' | '[' => found.push(token[1..length - 1].to_lowercase()),
            _ if first.is_whitespace() || token.starts_with("--") || token.starts_with("/*") => {}
            _ => found.push(token.to_lowercase()),
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '.')
}

/// How long a text in quotes is, in which the quote is written twice.
fn quoted(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(end) = text[at..].find(quote) {
        at += end + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// The rows of a query, each value as a text.
pub(crate) fn rows(database: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = database.prepare(sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    let count = statement.column_count();
    let rows = statement.query_map([], |row| (0..count).map(|at| Ok(shown(row.get(at)?))).collect()).unwrap();
    rows.map(|row| row.unwrap_or_else(|error| panic!("{error}\n{sql}"))).collect()
}

fn shown(value: Value) -> String {
    match value {
        Value::Null => "∅".to_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// What one has and the other has not, or otherwise.
pub(crate) fn differences(wanted: &Catalog, found: &Catalog) -> Vec<String> {
    let mut all = Vec::new();
    for (key, want) in wanted {
        match found.get(key) {
            None => all.push(format!("missing: {key}: {want}")),
            Some(got) if got != want => all.push(format!("{key}:\n    want {want}\n    got  {got}")),
            Some(_) => {}
        }
    }
    all.extend(found.keys().filter(|key| !wanted.contains_key(*key)).map(|key| format!("too much: {key}")));
    all
}
