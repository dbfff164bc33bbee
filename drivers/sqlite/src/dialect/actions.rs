//! Raw statements on whose rows foreign keys act, in a transaction in which they do not.
//!
//! A transaction that makes a table anew has foreign keys off. A row that is deleted in it takes no rows of other tables
//! along, and a key that changes is not followed: what is left may point at another row, which no check finds. So a guard
//! stands before each statement that could come to that. It asks the database, since raw SQL may have made keys that no
//! revision knows.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::sql::{Token, tokens};

use super::LEXICAL;
use super::copy::is_rowid_name;
use super::literal::{text, text_all};
use super::lower::unquoted;

/// What a statement does to rows that others may point at.
#[derive(Debug, Default, PartialEq, Eq)]
struct Deed {
    table: String,
    /// Rows go.
    deletes: bool,
    /// The columns that get other values.
    sets: Vec<String>,
}

/// The question whether foreign keys would act on the raw `statement`, if they could; `None` if they never would.
pub(super) fn guard(statement: &Statement) -> Option<Statement> {
    let deed = Deed::of(&statement.sql)?;
    let table = text(&deed.table);
    let mut acts = Vec::new();
    if deed.deletes {
        acts.push("k.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT')".to_owned());
    }
    if !deed.sets.is_empty() {
        // A key that says no columns points at the other table's own. A name of the rowid may be any column.
        let rowid = deed.sets.iter().any(|name| is_rowid_name(&name.as_str().into()));
        let column = format!(
            "coalesce(k.\"to\", (SELECT c.name FROM pragma_table_info({table}, 'main') AS c WHERE c.pk = k.seq + 1))"
        );
        let set = if rowid {
            String::new()
        } else {
            let names = text_all(deed.sets.iter().map(String::as_str));
            format!(" AND {column} COLLATE NOCASE IN ({names})")
        };
        acts.push(format!("k.on_update IN ('CASCADE', 'SET NULL', 'SET DEFAULT'){set}"));
    }
    let acts: Vec<String> = acts.into_iter().map(|act| format!("({act})")).collect();
    let question = format!(
        "SELECT DISTINCT m.name FROM main.sqlite_master AS m, pragma_foreign_key_list(m.name, 'main') AS k \
         WHERE m.type = 'table' AND k.\"table\" = {table} COLLATE NOCASE AND ({})",
        acts.join(" OR ")
    );
    let guard = Guard {
        message: format!(
            "foreign keys would act on this change to rows of {}, and cannot in a transaction that makes a table \
             anew or drops one: rows of other tables would stay as they are",
            deed.table
        ),
        help: "move the statement into a revision of its own; `--single-transaction` puts all \
               revisions into one transaction"
            .to_owned(),
    };
    Some(Statement::guard(statement.operation, question, guard))
}

impl Deed {
    /// What `sql` does; `None` if nothing that foreign keys answer to.
    fn of(sql: &str) -> Option<Self> {
        let code: Vec<Token<'_>> = tokens(&LEXICAL, sql).filter(Token::is_code).collect();
        let first = code.first()?;
        let mut at = 0;
        if first.is_word("WITH") {
            let mut depth = Depth::default();
            at = code.iter().position(|token| {
                depth.step(token) == 0 && token.is_any(&["INSERT", "UPDATE", "DELETE", "REPLACE"])
            })?;
        }
        let verb = code.get(at)?;
        let replaces = verb.is_word("REPLACE")
            || (code.get(at + 1).is_some_and(|token| token.is_word("OR"))
                && code.get(at + 2).is_some_and(|token| token.is_word("REPLACE")));
        let rest = &code[at + 1..];
        let skip = |word: &str| rest.iter().position(|token| token.is_word(word)).map(|at| &rest[at + 1..]);
        let (named, deletes, set) = match verb.text.to_ascii_uppercase().as_str() {
            "DELETE" => (skip("FROM")?, true, None),
            "UPDATE" => {
                let named = match rest {
                    [or, _, named @ ..] if or.is_word("OR") => named,
                    named => named,
                };
                (named, replaces, skip("SET"))
            }
            "INSERT" | "REPLACE" => {
                let updates = rest.windows(3).position(|three| {
                    three[0].is_word("DO") && three[1].is_word("UPDATE") && three[2].is_word("SET")
                });
                (skip("INTO")?, replaces, updates.map(|at| &rest[at + 3..]))
            }
            _ => return None,
        };
        let table = match named {
            [schema, point, table, ..] if point.text == "." => {
                name(schema).filter(|schema| schema.eq_ignore_ascii_case("main"))?;
                name(table)?
            }
            [table, ..] => name(table)?,
            [] => return None,
        };
        let sets = set.map(targets).unwrap_or_default();
        (deletes || !sets.is_empty()).then_some(Self { table, deletes, sets })
    }
}

/// A name, as which SQLite takes a text as well.
fn name(token: &Token<'_>) -> Option<String> {
    let quoted = token.text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    unquoted(token).or_else(|| quoted.map(|name| name.replace("''", "'")))
}

/// How deep in parentheses a token stands.
#[derive(Default)]
struct Depth(usize);

impl Depth {
    fn step(&mut self, token: &Token<'_>) -> usize {
        if token.is_mark("(") {
            self.0 += 1;
        } else if token.is_mark(")") {
            self.0 = self.0.saturating_sub(1);
        }
        self.0
    }
}

/// The columns that the assignments behind SET are about.
fn targets(code: &[Token<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut in_target) = (Depth::default(), true);
    for token in code {
        let level = depth.step(token);
        if level == 0 && token.is_any(&["WHERE", "FROM", "RETURNING", "ORDER", "LIMIT"]) {
            break;
        } else if level == 0 && token.is_mark(",") {
            in_target = true;
        } else if token.text.starts_with('=') {
            in_target = false;
        } else if in_target {
            found.extend(name(token));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deed(sql: &str) -> Option<(String, bool, String)> {
        Deed::of(sql).map(|deed| (deed.table, deed.deletes, deed.sets.join(",")))
    }

    #[test]
    fn what_a_statement_does_is_told_by_its_words() {
        for (sql, table, deletes, sets) in [
            ("DELETE FROM t", "t", true, ""),
            ("delete from main.\"T t\" where a = 1", "T t", true, ""),
            ("WITH x AS (DELETE) DELETE FROM [t] WHERE a IN x", "t", true, ""),
            (
                "UPDATE t SET a = b, (c, \"d\") = (SELECT 1, 2), e = (f = 3) WHERE g = 1",
                "t",
                false,
                "a,c,d,e",
            ),
            ("UPDATE OR REPLACE 't' SET a = 1 FROM u", "t", true, "a"),
            ("UPDATE t AS x INDEXED BY i SET a=1 RETURNING b", "t", false, "a"),
            ("REPLACE INTO t VALUES (1)", "t", true, ""),
            ("INSERT OR REPLACE INTO t VALUES (1)", "t", true, ""),
            ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2 WHERE b = 1", "t", false, "a"),
        ] {
            assert_eq!(deed(sql), Some((table.to_owned(), deletes, sets.to_owned())), "{sql}");
        }
        for sql in [
            "INSERT INTO t SELECT * FROM u",
            "INSERT OR IGNORE INTO t VALUES (1)",
            "DELETE FROM temp.t",
            "SELECT 1",
            "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; END",
            "EXPLAIN DELETE FROM t",
            "WITH x AS (SELECT 1) SELECT * FROM x",
            "",
        ] {
            assert_eq!(deed(sql), None, "{sql}");
        }
    }
}
