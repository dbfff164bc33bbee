use std::fmt;

use serde::Serialize;

use crate::ident::{Direction, RevisionId};

/// One revision to apply or to undo.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Step {
    /// The revision.
    pub revision: RevisionId,
    /// Applied or undone.
    pub direction: Direction,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.direction, self.revision)
    }
}
