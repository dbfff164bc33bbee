use crate::diag::{Diagnose, Diagnostic, list};
use crate::graph::ResolveError;
use crate::ident::RevisionId;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The target means nothing, or too much.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// An upgrade to a place below the present one.
    #[error("`{specifier}` leads back, and an upgrade goes forward only")]
    NotForward {
        /// What was given.
        specifier: String,
    },
    /// A downgrade to a place above the present one.
    #[error("`{specifier}` leads forward, and a downgrade goes back only")]
    NotBack {
        /// What was given.
        specifier: String,
    },
    /// A downgrade to a revision that is not applied.
    #[error(
        "`{specifier}` is no target to downgrade to: revision {revision} is not applied; {}",
        at(current)
    )]
    NotApplied {
        /// What was given.
        specifier: String,
        /// What it means.
        revision: RevisionId,
        /// Where the database is.
        current: Vec<RevisionId>,
    },
}

impl Diagnose for PlanError {
    fn diagnostic(&self) -> Diagnostic {
        let text = self.to_string();
        match self {
            Self::Resolve(error) => error.diagnostic(),
            Self::NotForward { specifier } => Diagnostic::new("target-leads-back", text)
                .with_help(format!("to undo revisions: `limbeck downgrade {specifier}`")),
            Self::NotBack { specifier } => Diagnostic::new("target-leads-forward", text)
                .with_help(format!("to apply revisions: `limbeck migrate {specifier}`")),
            Self::NotApplied { revision, .. } => Diagnostic::new("target-not-applied", text)
                .with_help("`limbeck showmigrations` lists what is applied")
                .with_revision(revision),
        }
    }
}

fn at(current: &[RevisionId]) -> String {
    if current.is_empty() {
        "nothing is applied".to_owned()
    } else {
        format!("the database is at {}", list(current))
    }
}
