//! Full-text tables that keep no texts and read those of another table: `fts5(body, content='docs', content_rowid='id')`.
//!
//! They name the table and its columns in their arguments, into which SQLite never looks: not when something is renamed, and
//! not when it goes. The search then fails.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{ObjectKey, Schema};
use limbeck_core::sql::{Token, TokenKind, tokens};

use super::LEXICAL;
use super::fault::Fault;
use super::literal::text;
use super::lower::unquoted;
use super::object::{definition, is_virtual_table};

/// What a full-text table reads.
#[derive(Debug, Default, PartialEq, Eq)]
struct Content {
    table: String,
    /// The columns, with the one that it takes for the rowid.
    columns: Vec<String>,
}

impl Content {
    fn reads(&self, table: &Name, column: Option<&Ident>) -> bool {
        self.table.eq_ignore_ascii_case(table.name.as_str())
            && column.is_none_or(|column| {
                self.columns.iter().any(|name| name.eq_ignore_ascii_case(column.as_str()))
            })
    }

    /// What the CREATE VIRTUAL TABLE `sql` reads; `None` if it reads no other table.
    fn of(sql: &str) -> Option<Self> {
        let mut code =
            tokens(&LEXICAL, sql).filter(Token::is_code).skip_while(|token| !token.is_word("USING"));
        code.next()?;
        if !code.next()?.is_any(&["FTS4", "FTS5"]) {
            return None;
        }
        let mut content = Self::default();
        let mut depth = 0_usize;
        let mut argument: Vec<Token<'_>> = Vec::new();
        for token in code {
            if token.is_mark("(") {
                depth += 1;
            } else if token.is_mark(")") {
                depth = depth.saturating_sub(1);
            }
            match depth {
                0 => {
                    content.take(&argument);
                    break;
                }
                1 if token.is_mark(",") => {
                    content.take(&argument);
                    argument.clear();
                }
                1 if token.is_mark("(") => {}
                _ => argument.push(token),
            }
        }
        (!content.table.is_empty()).then_some(content)
    }

    /// Takes in one argument: a column, or `option = value`.
    fn take(&mut self, argument: &[Token<'_>]) {
        match argument {
            [option, equals, value, ..] if equals.text == "=" => {
                let value = word(value).unwrap_or_default();
                if option.is_word("CONTENT") {
                    self.table = value;
                } else if option.is_word("CONTENT_ROWID") {
                    self.columns.push(value);
                }
            }
            [column, ..] => self.columns.extend(word(column)),
            [] => {}
        }
    }
}

/// A name in quotes of any kind, or in none.
fn word(token: &Token<'_>) -> Option<String> {
    if token.kind == TokenKind::String {
        return Some(token.text.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"));
    }
    unquoted(token)
}

/// The full-text tables that read `table`, or its `column`.
fn readers<'a>(schema: &'a Schema, table: &Name, column: Option<&Ident>) -> Vec<&'a ObjectKey> {
    let reads = |(key, object): (&'a ObjectKey, &'a limbeck_core::schema::Object)| {
        let sql = is_virtual_table(key).then(|| definition(object).ok().flatten()).flatten()?;
        Content::of(&sql).filter(|content| content.reads(table, column)).map(|_| key)
    };
    schema.objects.iter().filter_map(reads).collect()
}

/// Refuses a new name for a table, or for a column of it, that a full-text table reads.
pub(super) fn refuse_rename(schema: &Schema, table: &Name, column: Option<&Ident>) -> Result<(), Fault> {
    let readers = readers(schema, table, column);
    let Some(key) = readers.first() else { return Ok(()) };
    let what = match column {
        Some(column) => format!("the column {table}.{column}"),
        None => format!("the table {table}"),
    };
    Err(Fault::unsupported(
        format!(
            "{key} reads {what}, and SQLite does not tell it of a new name: it would find nothing any more"
        ),
        "drop it (drop_object) before the rename, and make and fill it again (create_object, execute) behind",
    ))
}

/// Stops the run if one of the operations takes away what a full-text table reads that is still there behind them all.
/// `after` is what they lead to.
pub(super) fn left_behind(operations: &[Operation], after: &Schema) -> Vec<Statement> {
    let mut guards = Vec::new();
    for (at, operation) in operations.iter().enumerate() {
        let (table, column) = match operation {
            Operation::DropTable { table } => (table, None),
            Operation::DropColumn { table, column } => (table, Some(column)),
            _ => continue,
        };
        let there = after.table(table).is_some_and(|table| {
            column.is_none_or(|column| table.columns.iter().any(|other| other.name == *column))
        });
        if there {
            continue;
        }
        let what =
            column.map_or_else(|| format!("table {table}"), |column| format!("column {table}.{column}"));
        for key in readers(after, table, column) {
            let guard = Guard {
                message: format!("{what} is dropped, and {key} reads it, which would not work any more"),
                help: "drop it (drop_object) in the same revision, and make it again if it is needed"
                    .to_owned(),
            };
            let sql = format!(
                "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name = {} COLLATE NOCASE",
                text(key.name.name.as_str())
            );
            guards.push(Statement::guard(at, sql, guard));
        }
    }
    guards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_full_text_table_reads_is_told_by_its_arguments() {
        let content = |sql: &str| Content::of(sql).map(|found| (found.table, found.columns.join(",")));
        let read = |table: &str, columns: &str| Some((table.to_owned(), columns.to_owned()));
        for (sql, expected) in [
            (
                "CREATE VIRTUAL TABLE f USING fts5(a, \"b c\" UNINDEXED, content='t t', content_rowid = id, tokenize = 'x, y')",
                read("t t", "a,b c,id"),
            ),
            ("create virtual table if not exists f using FTS4(content=\"t\", a text, b)", read("t", "a,b")),
            ("CREATE VIRTUAL TABLE f USING fts5(a, content='')", None),
            ("CREATE VIRTUAL TABLE f USING fts5(a)", None),
            ("CREATE VIRTUAL TABLE f USING rtree(id, content)", None),
            ("CREATE VIRTUAL TABLE f", None),
        ] {
            assert_eq!(content(sql), expected, "{sql}");
        }
    }
}
