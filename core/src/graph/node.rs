use std::collections::BTreeSet;

use crate::ident::{Label, RevisionId};

/// The revisions that are recorded as applied, every one and not the heads only. Ids that the graph does not know
/// (their files are gone) are allowed.
pub type Applied = BTreeSet<RevisionId>;

/// One revision as the graph sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its id.
    pub id: RevisionId,
    /// The revisions that it follows: none for a root, several for a merge.
    pub parents: Vec<RevisionId>,
    /// What else must be applied first: full ids or labels, as written.
    pub depends_on: Vec<String>,
    /// The names of branches that begin here.
    pub labels: Vec<Label>,
    /// For a squash: the revisions that it stands for. [`resolve_replacements`](super::resolve_replacements) looks at
    /// them, [`Graph`](super::Graph) does not.
    pub replaces: Vec<RevisionId>,
    /// Where it stands, for errors: a file's path.
    pub origin: String,
}

impl Node {
    /// A revision with these parents and nothing else.
    pub fn new(id: RevisionId, parents: Vec<RevisionId>) -> Self {
        Self {
            id,
            parents,
            depends_on: Vec::new(),
            labels: Vec::new(),
            replaces: Vec::new(),
            origin: String::new(),
        }
    }
}
