use std::fmt;

use super::Operation;
use crate::diag::{Diagnose, Diagnostic, list, nearest};
use crate::ident::{Ident, Name};
use crate::schema::{ConstraintKind, ObjectKey};
use crate::sql::ScanError;

/// A thing in a schema that an operation speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A table.
    Table(Name),
    /// A column.
    Column(Name, Ident),
    /// A constraint, by its name.
    Constraint(Name, Ident),
    /// A constraint without a name.
    Unnamed(Name, ConstraintKind),
    /// A table's primary key.
    PrimaryKey(Name),
    /// An index.
    Index(Name, Ident),
    /// An enum type.
    Enum(Name),
    /// A word of an enum type.
    EnumValue(Name, String),
    /// A sequence.
    Sequence(Name),
    /// A namespace.
    Namespace(Ident),
    /// An object.
    Object(Box<ObjectKey>),
}

/// For people: `column users.age`.
impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(name) => write!(f, "table {name}"),
            Self::Column(table, name) => write!(f, "column {table}.{name}"),
            Self::Constraint(table, name) => write!(f, "constraint {name} of table {table}"),
            Self::Unnamed(table, kind) => write!(f, "{kind} without a name of table {table}"),
            Self::PrimaryKey(table) => write!(f, "primary key of table {table}"),
            Self::Index(table, name) => write!(f, "index {name} of table {table}"),
            Self::Enum(name) => write!(f, "enum {name}"),
            Self::EnumValue(name, value) => write!(f, "value '{value}' of enum {name}"),
            Self::Sequence(name) => write!(f, "sequence {name}"),
            Self::Namespace(name) => write!(f, "schema {name}"),
            Self::Object(key) => key.fmt(f),
        }
    }
}

/// Why an operation does not fit a schema.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// What it speaks of is not there.
    #[error("{what} does not exist")]
    Missing {
        /// What.
        what: Thing,
        /// A name that is there and much like it.
        nearest: Option<String>,
    },
    /// What it makes is there already.
    #[error("{what} already exists")]
    Exists {
        /// What.
        what: Thing,
    },
    /// What it drops is needed by others.
    #[error("{what} is used by {}", list(.by))]
    InUse {
        /// What.
        what: Thing,
        /// Who needs it, for people.
        by: Vec<String>,
    },
    /// It is a part of a partitioned table already.
    #[error("table {table} is a part of another one already")]
    PartAlready {
        /// Which.
        table: Name,
    },
    /// It would be a part of itself, if by way of others.
    #[error("table {table} would be a part of itself")]
    PartOfItself {
        /// Which.
        table: Name,
    },
    /// The new name is one that something refers to already, though nothing is called so: after the rename the two
    /// could not be told apart.
    #[error("{what} cannot take a name that {} already refers to", list(.by))]
    NameReferred {
        /// What would be called so.
        what: Thing,
        /// Who refers to it, for people.
        by: Vec<String>,
    },
    /// An object's text says the old name, and maybe of something else.
    #[error("{object} says `{from}`, and not only of {what}")]
    AmbiguousRename {
        /// The object.
        object: Box<ObjectKey>,
        /// What is renamed.
        what: Thing,
        /// The name as it is.
        from: Ident,
        /// The name as it would be.
        to: Ident,
    },
    /// An expression says the old name, and cannot be read well enough to be changed.
    #[error("the expression of {place} says `{from}` and cannot be rewritten: {reason}")]
    UnreadableExpression {
        /// Where the expression stands, for people.
        place: String,
        /// The name that it says.
        from: Ident,
        /// What is wrong with it.
        reason: ScanError,
    },
}

impl ApplyError {
    /// Whether it says that something is not there: raw SQL before it may have made that.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }

    /// Whether it says that something is there already: raw SQL before it may have dropped that.
    pub fn is_existing(&self) -> bool {
        matches!(self, Self::Exists { .. })
    }

    /// What it is about.
    pub fn thing(&self) -> Option<&Thing> {
        match self {
            Self::Missing { what, .. }
            | Self::Exists { what }
            | Self::InUse { what, .. }
            | Self::NameReferred { what, .. }
            | Self::AmbiguousRename { what, .. } => Some(what),
            Self::PartAlready { .. } | Self::PartOfItself { .. } | Self::UnreadableExpression { .. } => None,
        }
    }

    /// That `what`, which is called `word`, is not among `there`.
    pub(super) fn missing<T: AsRef<str>>(
        what: Thing,
        word: &str,
        there: impl IntoIterator<Item = T>,
    ) -> Self {
        let there: Vec<T> = there.into_iter().collect();
        let nearest = nearest(word, there.iter().map(AsRef::as_ref)).map(str::to_owned);
        Self::Missing { what, nearest }
    }
}

impl Diagnose for ApplyError {
    fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::Missing { nearest, .. } => {
                ("operation-missing", nearest.as_ref().map(|name| format!("did you mean `{name}`?")))
            }
            Self::Exists { .. } => (
                "operation-exists",
                Some("drop or rename what is there before, or take this step out".to_owned()),
            ),
            Self::InUse { .. } => ("operation-in-use", Some("drop what uses it in a step before".to_owned())),
            Self::PartAlready { .. } => {
                ("operation-part-already", Some("detach it first (detach_partition)".to_owned()))
            }
            Self::PartOfItself { .. } => {
                ("operation-part-of-itself", Some("correct `partition_of`: it names the whole".to_owned()))
            }
            Self::NameReferred { .. } => (
                "operation-name-referred",
                Some("drop what refers to that name before the rename, and make it again behind".to_owned()),
            ),
            Self::AmbiguousRename { object, .. } => (
                "operation-ambiguous-rename",
                Some(format!(
                    "drop the {object} before the rename (drop_object) and make it again behind (create_object)"
                )),
            ),
            Self::UnreadableExpression { .. } => (
                "operation-unreadable-expression",
                Some("drop it before the rename, and make it again behind with the new name".to_owned()),
            ),
        };
        let mut diagnostic = Diagnostic::new(code, self.to_string());
        diagnostic.help = help;
        diagnostic
    }
}

/// Which of several operations does not fit.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("step {}, {operation}: {source}", .index + 1)]
pub struct ReplayError {
    /// Its place, from 0.
    pub index: usize,
    /// What it would do, for people.
    pub operation: String,
    /// Why it does not fit.
    pub source: Box<ApplyError>,
}

impl Diagnose for ReplayError {
    fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = self.source.diagnostic();
        diagnostic.message = self.to_string();
        diagnostic
    }
}

/// Why there is no way back from an operation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Irreversible {
    /// Raw SQL that changes the schema: nobody knows how it was before.
    #[error("raw SQL changes the schema: {sql}")]
    Execute {
        /// How the SQL begins.
        sql: String,
    },
    /// A function of the program.
    #[error("function `{function}` can do anything")]
    Run {
        /// Its name.
        function: String,
    },
    /// Rows that could not be found again.
    #[error("the rows inserted into {table} have no key by which to find them again")]
    NoKey {
        /// The table.
        table: Name,
    },
    /// A row that does not say its key, or has the server compute it.
    #[error("a row inserted into {table} does not give a value for its key column {column}")]
    KeyNotGiven {
        /// The table.
        table: Name,
        /// The column.
        column: Ident,
    },
    /// The operation does not fit the schema before it.
    #[error("{operation} does not fit: {source}")]
    DoesNotApply {
        /// What it would do, for people.
        operation: String,
        /// Why it does not fit.
        source: Box<ApplyError>,
    },
}

impl Irreversible {
    pub(super) fn does_not_apply(operation: &Operation, source: ApplyError) -> Self {
        Self::DoesNotApply { operation: operation.describe(None).to_string(), source: Box::new(source) }
    }
}

impl Diagnose for Irreversible {
    fn diagnostic(&self) -> Diagnostic {
        const BY_HAND: &str =
            "write [[downgrade]] steps, or say `downgrade = \"irreversible\"` if there is no way back";
        let (code, help) = match self {
            Self::Execute { .. } => ("irreversible-execute", Some(BY_HAND.to_owned())),
            Self::Run { .. } => ("irreversible-run", Some(BY_HAND.to_owned())),
            Self::NoKey { .. } => (
                "irreversible-insert",
                Some("say which columns tell the rows from others: `key = [\"…\"]`".to_owned()),
            ),
            Self::KeyNotGiven { .. } => (
                "irreversible-insert",
                Some("give the key's value in every row, and not as SQL, or name another `key`".to_owned()),
            ),
            Self::DoesNotApply { source, .. } => {
                let diagnostic = source.diagnostic();
                (diagnostic.code, diagnostic.help)
            }
        };
        let mut diagnostic = Diagnostic::new(code, self.to_string());
        diagnostic.help = help;
        diagnostic
    }
}
