use super::{RenderError, Statement};
use crate::operation::Effect as Declared;
use crate::schema::Sql;
use crate::sql::{Effect, LexicalRules, effect, statements};

/// What a dialect says of raw SQL.
#[derive(Debug, Clone, Copy)]
pub struct RawSql<'a> {
    /// What it answers to, the most particular first.
    pub names: &'a [&'static str],
    /// How its SQL is cut into statements.
    pub lexical: &'a LexicalRules,
    /// What is said behind the advice to take COMMIT and the like out.
    pub way_out: &'a str,
    /// Where one statement may run; why not at all, as an error.
    pub place: fn(&str) -> Result<RawPlace, &'static str>,
}

/// Where a statement of raw SQL may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawPlace {
    /// In a transaction or without one.
    Anywhere,
    /// Only where no transaction is open.
    OutsideTransaction,
}

impl RawSql<'_> {
    /// The statements of `sql`, as those of the operation at `operation`. What `declared` says of their effect holds;
    /// else it is told from each one's words.
    ///
    /// # Errors
    /// If there is no text for the dialect, if it cannot be cut, or if one of the statements must not stand there.
    pub fn statements(
        &self,
        sql: &Sql,
        declared: Option<Declared>,
        operation: usize,
    ) -> Result<Vec<Statement>, RenderError> {
        let dialect = self.names.first().copied().unwrap_or_default();
        let Some(script) = sql.resolve(self.names) else {
            return Err(RenderError::NoText { operation, dialect, what: "the SQL".to_owned() });
        };
        let scan = |message: String, span| RenderError::Scan { operation, message, span };
        let parts =
            statements(self.lexical, script).map_err(|error| scan(error.to_string(), error.span()))?;
        let mut found = Vec::with_capacity(parts.len());
        for part in parts {
            let changes = effect(self.lexical, &part.sql);
            if let Effect::Transaction(_) = changes {
                let word: String = part.sql.chars().take_while(char::is_ascii_alphabetic).collect();
                return Err(scan(
                    format!(
                        "{} would end or split the transaction that limbeck runs the revision in: take it out{}",
                        word.to_ascii_uppercase(),
                        self.way_out
                    ),
                    part.span,
                ));
            }
            let place = (self.place)(&part.sql).map_err(|why| scan(why.to_owned(), part.span.clone()))?;
            let data = match declared {
                Some(declared) => declared == Declared::Data,
                None => changes != Effect::Schema,
            };
            let statement = if data {
                Statement::data(operation, part.sql)
            } else {
                Statement::schema(operation, part.sql)
            };
            found.push(match place {
                RawPlace::Anywhere => statement,
                RawPlace::OutsideTransaction => statement.outside_transaction(),
            });
        }
        Ok(found)
    }
}
