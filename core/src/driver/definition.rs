use serde::{Deserialize, Serialize};

/// One thing of a schema in the server's own words: what a statement outside a transaction may have changed.
///
/// Two answers about one thing are compared word by word, so that only what the server itself says may stand in it, and
/// nothing that changes by itself (row counts, the next value of a counter).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// `table`, `view`, `index`, `trigger`, …
    pub kind: String,
    /// The namespace that it is in, if it is not the session's default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// What the server says of it, a line for each of its parts: columns, constraints, indexes. A column's line begins
    /// with its name in the dialect's quotes: by these names it is told what a statement explains.
    pub lines: Vec<String>,
    /// The statement that takes it away, if it is something half made that a statement left behind when it was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leftover: Option<String>,
}

impl Definition {
    /// A whole thing.
    pub fn new(kind: impl Into<String>, name: impl Into<String>, lines: Vec<String>) -> Self {
        Self { kind: kind.into(), schema: None, name: name.into(), lines, leftover: None }
    }

    /// Whether both are about one thing.
    pub fn is_of_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.schema == other.schema && self.name == other.name
    }
}

/// What tells one session from every other that the server has, had, and will have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionId {
    /// What the server calls it while it lives.
    pub id: String,
    /// When it began, or what else tells it from a later one of the same id.
    pub started: String,
}
