use std::fmt;
use std::ops::Range;

use crate::diag::{Diagnose, Diagnostic};

/// What was begun and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unterminated {
    /// A string.
    String,
    /// A quoted name.
    Identifier,
    /// A comment.
    Comment,
    /// A dollar-quoted string.
    DollarQuote,
}

impl fmt::Display for Unterminated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Identifier => "quoted name",
            Self::Comment => "comment",
            Self::DollarQuote => "dollar-quoted string",
        })
    }
}

/// Why a text cannot be cut into statements, or an expression not be rewritten.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// A string, quoted name or comment that never ends.
    #[error("this {what} is never closed")]
    Unterminated {
        /// What it is.
        what: Unterminated,
        /// How it begins.
        span: Range<usize>,
    },
    /// A block that never ends.
    #[error("`{opener}` has no END")]
    OpenBody {
        /// The word that began it, as written.
        opener: String,
        /// Where that stands.
        span: Range<usize>,
    },
    /// A line for the database's own client.
    #[error("`{command}` is a command of {client}, not SQL")]
    ClientCommand {
        /// The command's first word.
        command: String,
        /// The client.
        client: &'static str,
        /// The line.
        span: Range<usize>,
    },
    /// `COPY … FROM STDIN`.
    #[error("COPY … FROM STDIN takes its rows from {client}, not from the script")]
    CopyFromStdin {
        /// The client.
        client: &'static str,
        /// The statement.
        span: Range<usize>,
    },
    /// A DELIMITER line that makes no sense.
    #[error("this DELIMITER {why}")]
    Delimiter {
        /// What is wrong with it.
        why: &'static str,
        /// The line.
        span: Range<usize>,
    },
    /// A NUL character, at which some servers stop reading.
    #[error("there is a NUL character in the SQL")]
    Nul {
        /// Where.
        span: Range<usize>,
    },
    /// A query inside an expression whose names are to be told apart.
    #[error("the expression holds a query, whose names may belong to other tables")]
    Subquery {
        /// The key word of the query.
        span: Range<usize>,
    },
}

impl ScanError {
    /// The bytes of the text that it is about.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Unterminated { span, .. }
            | Self::OpenBody { span, .. }
            | Self::ClientCommand { span, .. }
            | Self::CopyFromStdin { span, .. }
            | Self::Delimiter { span, .. }
            | Self::Nul { span }
            | Self::Subquery { span } => span.clone(),
        }
    }
}

/// The place is left to the caller, who knows the file: see [`ScanError::span`].
impl Diagnose for ScanError {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Unterminated { what: Unterminated::Comment, .. } => {
                ("sql-unterminated-comment", "close it with `*/`".to_owned())
            }
            Self::Unterminated { what: Unterminated::DollarQuote, .. } => {
                ("sql-unterminated-string", "close it with the same `$tag$` that opens it".to_owned())
            }
            Self::Unterminated { what, .. } => (
                if *what == Unterminated::String { "sql-unterminated-string" } else { "sql-unterminated-name" },
                "close it; a quote inside it is written twice".to_owned(),
            ),
            Self::OpenBody { .. } => (
                "sql-open-body",
                "add the END that is missing; where the body is complete and is misread, quote the name that reads as a key word"
                    .to_owned(),
            ),
            Self::ClientCommand { client, .. } => (
                "sql-client-command",
                format!("remove the line, write what it does as SQL, or run the file with {client} itself"),
            ),
            Self::CopyFromStdin { client, .. } => (
                "sql-copy-from-stdin",
                format!("write the rows as INSERT statements, or load the file with {client} itself"),
            ),
            Self::Delimiter { .. } => {
                ("sql-delimiter", "write the word DELIMITER and one to 15 characters, such as `DELIMITER //`".to_owned())
            }
            Self::Nul { .. } => {
                ("sql-nul", "remove it; inside a string or blob, write it as an escape or in hexadecimal".to_owned())
            }
            Self::Subquery { .. } => {
                ("sql-subquery", "drop what holds the expression before the change and create it anew after it".to_owned())
            }
        };
        Diagnostic::new(code, self.to_string()).with_help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_to_write_instead() {
        let error = ScanError::ClientCommand { command: r"\connect".to_owned(), client: "psql", span: 3..9 };
        let shown = error.diagnostic();
        assert_eq!(shown.code, "sql-client-command");
        assert_eq!(shown.message, r"`\connect` is a command of psql, not SQL");
        assert!(shown.help.unwrap().contains("with psql itself"));
        assert_eq!(error.span(), 3..9);
    }
}
