use std::fmt;

use super::Node;
use crate::diag::{Diagnose, Diagnostic, list, plural};
use crate::ident::{Label, RevisionId};

/// How many revisions a message names before it says how many more there are.
const SHOWN: usize = 10;

/// A revision and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeRef {
    /// Its id.
    pub id: RevisionId,
    /// Its file; empty if there is none.
    pub origin: String,
}

impl NodeRef {
    pub(super) fn of(node: &Node) -> Self {
        Self { id: node.id.clone(), origin: node.origin.clone() }
    }
}

impl fmt::Display for NodeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.id, f)?;
        if !self.origin.is_empty() {
            write!(f, " ({})", self.origin)?;
        }
        Ok(())
    }
}

/// One thing that is wrong with a set of revisions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// A parent that is not there.
    #[error("the parent {parent} of revision {node} does not exist")]
    MissingParent {
        /// The revision that names it.
        node: NodeRef,
        /// What it names.
        parent: RevisionId,
        /// What it may have meant.
        nearest: Option<String>,
    },
    /// A dependency that is neither an id nor a label.
    #[error("revision {node} depends on {dependency}, which is no revision's id and no label")]
    MissingDependency {
        /// The revision that names it.
        node: NodeRef,
        /// What it names.
        dependency: String,
        /// What it may have meant.
        nearest: Option<String>,
    },
    /// Several revisions with one id.
    #[error("the id {id} is used {}: {}", if origins.len() == 2 { "twice".to_owned() } else { format!("{} times", origins.len()) }, list(origins))]
    DuplicateId {
        /// The id.
        id: RevisionId,
        /// The files.
        origins: Vec<String>,
    },
    /// Two revisions with one label.
    #[error("the label {label} is carried by both {first} and {second}")]
    DuplicateLabel {
        /// The label.
        label: Label,
        /// One of them.
        first: NodeRef,
        /// The other.
        second: NodeRef,
    },
    /// A label that is an id as well.
    #[error("the label {label} of revision {carrier} is the id of {revision}")]
    LabelIsId {
        /// The label.
        label: Label,
        /// The revision that carries it.
        carrier: NodeRef,
        /// The revision of that id.
        revision: NodeRef,
    },
    /// A revision with one parent twice.
    #[error("revision {node} names its parent {parent} more than once")]
    DuplicateParent {
        /// The revision.
        node: NodeRef,
        /// The parent.
        parent: RevisionId,
    },
    /// A revision that is its own parent.
    #[error("revision {node} names itself as its parent")]
    SelfLoop {
        /// The revision.
        node: NodeRef,
    },
    /// A revision that depends on itself.
    #[error("revision {node} depends on itself")]
    DependencySelfLoop {
        /// The revision.
        node: NodeRef,
    },
    /// Parents that go round.
    #[error("the revisions {} go round in a circle", circle(path))]
    Cycle {
        /// Each is the parent of the next, and the last that of the first.
        path: Vec<NodeRef>,
    },
    /// Parents and dependencies that go round together.
    #[error("the dependencies of {} go round in a circle", circle(path))]
    DependencyCycle {
        /// Each is needed by the next, and the last by the first.
        path: Vec<NodeRef>,
    },
}

impl Diagnose for GraphError {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::MissingParent { nearest, .. } => {
                ("missing-parent", or(nearest, "bring its file back, or name another parent"))
            }
            Self::MissingDependency { nearest, .. } => (
                "missing-dependency",
                or(nearest, "`depends_on` takes full ids and labels: correct it or take it out"),
            ),
            Self::DuplicateId { .. } => {
                ("duplicate-revision", "delete one of the files or give it another id".into())
            }
            Self::DuplicateLabel { .. } => ("duplicate-label", "take the label off one of them".into()),
            Self::LabelIsId { .. } => ("label-is-revision", "choose another label".into()),
            Self::DuplicateParent { .. } => ("duplicate-parent", "name each parent once".into()),
            Self::SelfLoop { .. } => ("self-loop", "name the revision that it follows".into()),
            Self::DependencySelfLoop { .. } => {
                ("dependency-self-loop", "take it out of its `depends_on`".into())
            }
            Self::Cycle { .. } => ("cycle", "correct the parents of one of them".into()),
            Self::DependencyCycle { .. } => ("dependency-cycle", "take one of the dependencies out".into()),
        };
        let shown = Diagnostic::new(code, self.to_string()).with_help(help);
        match self.revision() {
            Some(revision) => shown.with_revision(revision),
            None => shown,
        }
    }
}

impl GraphError {
    /// Which word of which header key of that revision is wrong, where it is one word.
    pub fn word(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::MissingParent { parent, .. } | Self::DuplicateParent { parent, .. } => {
                Some(("parents", parent.as_str()))
            }
            Self::MissingDependency { dependency, .. } => Some(("depends_on", dependency)),
            Self::SelfLoop { node } => Some(("parents", node.id.as_str())),
            Self::LabelIsId { label, .. } | Self::DuplicateLabel { label, .. } => {
                Some(("labels", label.as_str()))
            }
            Self::Cycle { path } => path.last().map(|node| ("parents", node.id.as_str())),
            Self::DependencySelfLoop { .. } | Self::DuplicateId { .. } | Self::DependencyCycle { .. } => None,
        }
    }

    /// The revision that is to be corrected; of a circle, the one that it is told from.
    pub fn revision(&self) -> Option<&RevisionId> {
        match self {
            Self::MissingParent { node, .. }
            | Self::MissingDependency { node, .. }
            | Self::DuplicateParent { node, .. }
            | Self::SelfLoop { node }
            | Self::DependencySelfLoop { node }
            | Self::LabelIsId { carrier: node, .. }
            | Self::DuplicateLabel { second: node, .. } => Some(&node.id),
            Self::DuplicateId { id, .. } => Some(id),
            Self::Cycle { path } | Self::DependencyCycle { path } => path.first().map(|node| &node.id),
        }
    }
}

/// Everything that is wrong with a set of revisions; at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphErrors {
    /// What is wrong, in the order of the kinds of check and then of the ids.
    pub errors: Vec<GraphError>,
}

impl fmt::Display for GraphErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.errors.as_slice() {
            return fmt::Display::fmt(only, f);
        }
        write!(f, "{} with the revisions:", plural(self.errors.len(), "problem"))?;
        self.errors.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for GraphErrors {}

/// The first as the error, the others as notes.
impl Diagnose for GraphErrors {
    fn diagnostic(&self) -> Diagnostic {
        match self.errors.as_slice() {
            [] => Diagnostic::new("broken-revisions", "the revisions do not fit together"),
            [first, others @ ..] => {
                others.iter().fold(first.diagnostic(), |shown, other| shown.with_note(other.to_string()))
            }
        }
    }
}

/// Why a specifier means nothing, or too much, in this graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// No id, no label, no beginning of an id.
    #[error("there is no revision or label {word:?}{}", within(specifier, word))]
    Unknown {
        /// The word that is not known.
        word: String,
        /// The whole specifier.
        specifier: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// The part before `@` is not known.
    #[error("there is no branch {branch:?}{}", within(specifier, branch))]
    UnknownBranch {
        /// The word before `@`.
        branch: String,
        /// The whole specifier.
        specifier: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// The beginning of several ids.
    #[error("{word:?} is the beginning of {}: {}", plural(candidates.len(), "id"), some(candidates))]
    AmbiguousPrefix {
        /// What was given.
        word: String,
        /// The ids that begin so.
        candidates: Vec<RevisionId>,
        /// The same, each as short as can be.
        forms: Vec<String>,
    },
    /// A revision outside the lineage that was asked for.
    #[error("revision {revision} is neither an ancestor nor a descendant of {branch} (in `{specifier}`)")]
    NotMember {
        /// The revision.
        revision: RevisionId,
        /// The word before `@`.
        branch: String,
        /// The whole specifier.
        specifier: String,
    },
    /// One head is asked for, and there are several.
    #[error("`{specifier}` is ambiguous: there are {}: {}", plural(heads.len(), "head"), some(heads))]
    MultipleHeads {
        /// What was given.
        specifier: String,
        /// The heads.
        heads: Vec<RevisionId>,
        /// What to write instead, one for each.
        forms: Vec<String>,
    },
    /// Counting steps came to a fork, or began at several revisions.
    #[error("`{specifier}` is ambiguous: it could go by {}", alternatives(candidates))]
    AmbiguousWalk {
        /// What was given.
        specifier: String,
        /// The revisions between which it does not choose.
        candidates: Vec<RevisionId>,
        /// What to write instead, one for each.
        forms: Vec<String>,
    },
    /// There are fewer steps than were asked for.
    #[error("`{specifier}` leads off the graph: there {}", if *possible == 0 { "is no step to take".to_owned() } else { format!("{} only {}", if *possible == 1 { "is" } else { "are" }, plural(*possible as usize, "step")) })]
    OffTheGraph {
        /// What was given.
        specifier: String,
        /// How many steps there are.
        possible: u32,
    },
    /// The revision is applied, but its file is not there, so that nobody knows what it stands on.
    #[error("revision {revision} is applied, but its file is gone")]
    FileGone {
        /// The revision.
        revision: RevisionId,
        /// What was given.
        specifier: String,
    },
    /// One revision is asked for, and this means none.
    #[error("`{specifier}` names no revision")]
    NoRevision {
        /// What was given.
        specifier: String,
    },
    /// One revision is asked for, and this means several.
    #[error("`{specifier}` means {}: {}", plural(revisions.len(), "revision"), some(revisions))]
    SeveralRevisions {
        /// What was given.
        specifier: String,
        /// What it means.
        revisions: Vec<RevisionId>,
    },
    /// The lower end of a range does not lead to the upper one.
    #[error("the range `{range}` is empty: {lower} is no ancestor of {}", if upper.is_empty() { "the base".to_owned() } else { some(upper) })]
    NotAncestor {
        /// What was given.
        range: String,
        /// The revision at the lower end.
        lower: RevisionId,
        /// The revisions at the upper end.
        upper: Vec<RevisionId>,
    },
}

impl Diagnose for ResolveError {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Unknown { nearest, .. } => {
                ("unknown-revision", or(nearest, "`limbeck history` lists the revisions"))
            }
            Self::UnknownBranch { nearest, .. } => {
                ("unknown-branch", or(nearest, "before `@` stands a label or a revision"))
            }
            Self::AmbiguousPrefix { forms, .. } => ("ambiguous-revision", one_of(forms)),
            Self::NotMember { revision, .. } => {
                ("not-in-lineage", format!("to name the revision alone, write `{revision}`"))
            }
            Self::MultipleHeads { forms, .. } => {
                ("multiple-heads", format!("{}; all of them are `heads`", one_of(forms)))
            }
            Self::AmbiguousWalk { forms, .. } => ("ambiguous-target", one_of(forms)),
            Self::OffTheGraph { .. } => {
                ("off-the-graph", "ask for fewer steps, or name the revision itself".into())
            }
            Self::FileGone { .. } => {
                ("revision-file-gone", "bring its file back, or name another revision".into())
            }
            Self::NoRevision { .. } => ("no-revision", "name a revision".into()),
            Self::SeveralRevisions { revisions, .. } => ("several-revisions", one_of(revisions)),
            Self::NotAncestor { lower, .. } => {
                ("not-an-ancestor", format!("`{lower}:` is all that descends from {lower}"))
            }
        };
        let shown = Diagnostic::new(code, self.to_string()).with_help(help);
        match self {
            Self::NotMember { revision, .. } | Self::FileGone { revision, .. } => {
                shown.with_revision(revision)
            }
            _ => shown,
        }
    }
}

fn or(nearest: &Option<String>, otherwise: &str) -> String {
    nearest.as_ref().map_or_else(|| otherwise.to_owned(), |nearest| format!("did you mean `{nearest}`?"))
}

fn one_of<T: fmt::Display>(forms: &[T]) -> String {
    format!("write {}", alternatives(&forms.iter().map(|form| format!("`{form}`")).collect::<Vec<_>>()))
}

/// `a`, `a or b`, `a, b or c`, `a, b, … or 7 more`.
fn alternatives<T: fmt::Display>(items: &[T]) -> String {
    let mut shown: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    if items.len() > SHOWN {
        shown.push(format!("{} more", items.len() - SHOWN));
    }
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// `a, b and c`, and where there are many how many more.
fn some(ids: &[RevisionId]) -> String {
    let more = (ids.len() > SHOWN).then(|| format!("{} more", ids.len() - SHOWN));
    list(ids.iter().take(SHOWN).map(ToString::to_string).chain(more))
}

fn circle(path: &[NodeRef]) -> String {
    let hidden = path.len().saturating_sub(2 * SHOWN);
    let mut shown: Vec<String> =
        path.iter().map(ToString::to_string).chain(path.first().map(ToString::to_string)).collect();
    if hidden > 1 {
        shown.splice(SHOWN..SHOWN + hidden, [format!("… {hidden} more …")]);
    }
    shown.join(" → ")
}

fn within(specifier: &str, word: &str) -> String {
    if specifier == word { String::new() } else { format!(" (in `{specifier}`)") }
}
