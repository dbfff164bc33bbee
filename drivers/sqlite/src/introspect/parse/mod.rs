//! Reads the CREATE statements that SQLite keeps in `sqlite_schema`.
//!
//! SQLite has understood these texts itself, so that they need no checking, only taking apart: what is not understood
//! here is an error, which leaves its table alone. Everything is a loop over tokens; there is no text that makes it
//! recurse, panic or look at a token more than a few times.
//!
//! | module | reads |
//! |---|---|
//! | `token` | the tokens of a text, as SQLite cuts it |
//! | `cursor` | names, expressions, lists: what statements have in common |
//! | `table`, `constraint` | CREATE TABLE |
//! | `index` | CREATE INDEX |
//! | `object` | of views, triggers and virtual tables what they stand on |

mod constraint;
mod cursor;
mod index;
mod object;
mod table;
mod token;

pub(crate) use cursor::is_one_operand;
pub(crate) use index::index;
pub(crate) use object::{tables_read, trigger, virtual_module};
pub(crate) use table::table;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// Statements with a bit of everything.
    const STATEMENTS: [&str; 6] = [
        "CREATE TABLE \"t\" (a INTEGER PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT, b VARCHAR(10, -2) NOT NULL \
         DEFAULT (1 + (2)) CHECK (b > ')') UNIQUE, [c] AS (a || `b`) STORED COLLATE nocase, d DEFAULT -1 CONSTRAINT x \
         REFERENCES u (a, b) ON DELETE SET NULL MATCH full NOT DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TABLE t (a, b, CONSTRAINT k PRIMARY KEY (a COLLATE x DESC, 'b') ON CONFLICT ABORT, FOREIGN KEY (a) \
         REFERENCES 'u' DEFERRABLE, UNIQUE (a) CHECK (a -- )\n)) WITHOUT ROWID, STRICT",
        "CREATE UNIQUE INDEX i ON t (a COLLATE b, lower((c)) DESC, ((d))) WHERE a > /* ; */ 1;",
        "CREATE VIEW v AS WITH x AS (SELECT 1) SELECT * FROM t, (u JOIN main.v ON a = b) WHERE c IN (SELECT 1 FROM w)",
        "CREATE TRIGGER g AFTER UPDATE OF a ON t WHEN x BEGIN UPDATE OR FAIL t SET a = 1; INSERT INTO u (a) VALUES (1); END",
        "CREATE VIRTUAL TABLE f USING fts5 (a, b)",
    ];

    /// Reads `sql` as everything that it might be.
    fn read(sql: &str) {
        drop(super::table(sql));
        drop(super::index(sql));
        drop(super::trigger(sql));
        drop(super::virtual_module(sql));
        super::tables_read(sql);
    }

    #[test]
    fn every_beginning_of_a_statement_is_read_or_refused() {
        for sql in STATEMENTS {
            for end in (0..=sql.len()).filter(|end| sql.is_char_boundary(*end)) {
                read(&sql[..end]);
                read(&sql[end..]);
            }
        }
    }

    #[test]
    fn long_texts_take_no_stack() {
        let open = "(".repeat(200_000);
        for before in ["CREATE TABLE t (a CHECK ", "CREATE INDEX i ON t ", "CREATE VIEW v AS SELECT * FROM "]
        {
            read(&format!("{before}{open}"));
            read(&format!("{before}{open}a{}", ")".repeat(200_000)));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(sql in "\\PC{0,60}") {
            read(&sql);
            for before in ["CREATE TABLE t (", "CREATE INDEX i ON t (", "CREATE TRIGGER g ON ", "CREATE VIRTUAL TABLE "] {
                read(&format!("{before}{sql}"));
            }
        }

        #[test]
        fn any_order_of_words_is_read_or_refused(
            which in 0..STATEMENTS.len(),
            moves in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3), 0..8),
        ) {
            let mut pieces: Vec<&str> = super::token::tokens(STATEMENTS[which]).iter().map(|token| token.text).collect();
            for (from, to, how) in moves {
                let (from, to) = (from.index(pieces.len()), to.index(pieces.len()));
                match how {
                    0 => pieces.swap(from, to),
                    1 if pieces.len() > 1 => drop(pieces.remove(from)),
                    _ => pieces.insert(to, pieces[from]),
                }
            }
            read(&pieces.join(" "));
        }
    }
}
