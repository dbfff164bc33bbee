use crate::diag::{Diagnose, Diagnostic};

/// Why a dialect cannot plan an operation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The server cannot do that, or limbeck cannot on this server.
    #[error("{dialect}: {what}")]
    Unsupported {
        /// Which of the operations, by position.
        operation: usize,
        /// The dialect.
        dialect: &'static str,
        /// What cannot be done, and why.
        what: String,
        /// What to do instead.
        help: String,
    },
    /// A text that is given per dialect has none for this one.
    #[error("{what} has no text for {dialect}")]
    NoText {
        /// Which of the operations, by position.
        operation: usize,
        /// The dialect.
        dialect: &'static str,
        /// What of: `the default of users.age`.
        what: String,
    },
    /// The operation does not fit the schema before it.
    #[error("{message}")]
    DoesNotFit {
        /// Which of the operations, by position.
        operation: usize,
        /// Why not.
        message: String,
    },
    /// Raw SQL cannot be cut into statements.
    #[error("{message}")]
    Scan {
        /// Which of the operations, by position.
        operation: usize,
        /// What is wrong with it.
        message: String,
        /// Which bytes of the text.
        span: std::ops::Range<usize>,
    },
}

impl RenderError {
    /// Which of the operations it is about, by position.
    pub fn operation(&self) -> usize {
        match self {
            Self::Unsupported { operation, .. }
            | Self::NoText { operation, .. }
            | Self::DoesNotFit { operation, .. }
            | Self::Scan { operation, .. } => *operation,
        }
    }
}

impl Diagnose for RenderError {
    fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Unsupported { help, .. } => {
                Diagnostic::new("unsupported-operation", self.to_string()).with_help(help.clone())
            }
            Self::NoText { dialect, .. } => Diagnostic::new("no-text-for-dialect", self.to_string())
                .with_help(format!(
                    "add `{dialect} = \"…\"` or `default = \"…\"` to it (`\"\"` means: nothing to do there)"
                )),
            Self::DoesNotFit { .. } => Diagnostic::new("operation-does-not-fit", self.to_string())
                .with_help("look at what the revisions before this one leave behind"),
            Self::Scan { .. } => Diagnostic::new("broken-sql", self.to_string()),
        }
    }
}
