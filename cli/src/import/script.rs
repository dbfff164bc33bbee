use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::diag::{Diagnose, Diagnostic, Location};
use limbeck_core::driver::{Dialect, RenderError, Statement};
use limbeck_core::operation::Operation;
use limbeck_core::schema::{Schema, Sql};
use limbeck_core::sql::{Effect, TransactionControl, effect, statements};

use super::files;
use crate::exit::Failure;
use crate::settings::Settings;

/// A piece of SQL with its place in a file.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    file: Arc<str>,
    source: Arc<str>,
    span: Range<usize>,
}

/// What a script is to limbeck.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// What it does; `None` if it has no statement.
    pub(crate) operation: Option<Operation>,
    /// Whether a statement of it runs only outside a transaction.
    pub(crate) outside_transaction: bool,
}

impl Script {
    /// All of a file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let source = files::text(path)?;
        let span = 0..source.len();
        Ok(Self { file: Settings::shown(path).into(), source, span })
    }

    /// A part of it, by its own bytes.
    pub(super) fn part(&self, span: Range<usize>) -> Self {
        let start = self.span.start;
        Self { span: start + span.start..start + span.end, ..self.clone() }
    }

    pub(super) fn text(&self) -> &str {
        &self.source[self.span.clone()]
    }

    /// The place of these bytes of it.
    pub(super) fn location(&self, span: Range<usize>) -> Location {
        let start = self.span.start;
        Location::new(self.file.clone(), self.source.clone(), start + span.start..start + span.end)
    }

    /// Its place.
    pub(crate) fn whole(&self) -> Location {
        self.location(0..0)
    }

    /// The operation that it makes in a revision of this dialect: without the BEGIN and COMMIT around all of it, for
    /// limbeck has a transaction of its own.
    ///
    /// # Errors
    /// What the dialect cannot cut or run, with its place.
    pub(crate) fn prepared(&self, dialect: &dyn Dialect) -> Result<Prepared, Diagnostic> {
        let (text, stripped) = self.without_frame(dialect)?;
        let rules = dialect.lexical();
        let empty = statements(rules, &stripped).is_ok_and(|found| found.is_empty());
        if empty {
            return Ok(Prepared { operation: None, outside_transaction: false });
        }
        let execute = |sql: &str| Operation::Execute { sql: Sql::from(sql.to_owned()), effect: None };
        let planned = dialect.plan(&[execute(&stripped)], &Schema::default()).map_err(|error| {
            let span = match &error {
                RenderError::Scan { span, .. } => span.clone(),
                _ => 0..0,
            };
            error.diagnostic().with_location(self.location(span))
        })?;
        let outside = |statement: &Statement| statement.outside_transaction;
        Ok(Prepared {
            operation: Some(execute(text.trim())),
            outside_transaction: planned.iter().any(outside),
        })
    }

    /// The text without the statements that begin and end a transaction around all the others, and the same with blanks
    /// in their place, in which every other statement stands where it stood.
    fn without_frame(&self, dialect: &dyn Dialect) -> Result<(String, String), Diagnostic> {
        let text = self.text();
        let rules = dialect.lexical();
        let found = statements(rules, text).map_err(|error| {
            Diagnostic::new("broken-sql", error.to_string()).with_location(self.location(error.span()))
        })?;
        let control = |at: usize| match found.get(at).map(|statement| effect(rules, &statement.sql)) {
            Some(Effect::Transaction(control)) => Some(control),
            _ => None,
        };
        let last = found.len().saturating_sub(1);
        if (control(0), control(last)) != (Some(TransactionControl::Begin), Some(TransactionControl::Commit))
        {
            return Ok((text.to_owned(), text.to_owned()));
        }
        let (mut cut, mut blank) = (text.to_owned(), text.to_owned());
        // From the back, so that what is cut moves nothing that is still to be cut.
        for statement in [&found[last], &found[0]] {
            let behind = &text[statement.span.end..];
            let mark = behind.len() - behind.trim_start().len();
            let ends = behind[mark..].starts_with(';');
            let end = statement.span.end + if ends { mark + 1 } else { 0 };
            let span = statement.span.start..end;
            blank.replace_range(span.clone(), &" ".repeat(span.len()));
            cut.replace_range(span, "");
        }
        Ok((cut, blank))
    }
}
