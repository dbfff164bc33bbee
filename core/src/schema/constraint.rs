use std::fmt;

use super::{KeyPart, Options, Sql};
use crate::ident::{Ident, Name};

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// Its name; `None` if it has none (SQLite) or the server keeps none (MySQL's primary keys).
    pub name: Option<Ident>,
    /// What it demands.
    pub body: ConstraintBody,
    /// Whether and when it can wait until the commit.
    pub deferrable: Option<Deferrable>,
    /// Added without looking at the rows that are there (`NOT VALID`).
    pub not_valid: bool,
    /// Written down but not demanded (`NOT ENFORCED`).
    pub not_enforced: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}

impl Constraint {
    /// A constraint with nothing but its body.
    pub fn new(name: Option<Ident>, body: impl Into<ConstraintBody>) -> Self {
        Self {
            name,
            body: body.into(),
            deferrable: None,
            not_valid: false,
            not_enforced: false,
            comment: None,
            options: Options::default(),
        }
    }

    /// Which of the five kinds it is.
    pub fn kind(&self) -> ConstraintKind {
        match &self.body {
            ConstraintBody::PrimaryKey(_) => ConstraintKind::PrimaryKey,
            ConstraintBody::Unique(_) => ConstraintKind::Unique,
            ConstraintBody::ForeignKey(_) => ConstraintKind::ForeignKey,
            ConstraintBody::Check(_) => ConstraintKind::Check,
            ConstraintBody::Exclusion(_) => ConstraintKind::Exclusion,
        }
    }

    /// The columns of its table that it names outright, in order; expressions apart.
    pub fn columns(&self) -> Vec<&Ident> {
        match &self.body {
            ConstraintBody::PrimaryKey(key) => key_columns(&key.columns),
            ConstraintBody::Unique(key) => key_columns(&key.columns),
            ConstraintBody::ForeignKey(key) => key.columns.iter().collect(),
            ConstraintBody::Check(_) => Vec::new(),
            ConstraintBody::Exclusion(key) => key_columns(&key.columns),
        }
    }

    /// Whether the two say the same, whatever they are called.
    pub fn same_but_for_name(&self, other: &Self) -> bool {
        self.body == other.body
            && self.deferrable == other.deferrable
            && self.not_valid == other.not_valid
            && self.not_enforced == other.not_enforced
            && self.comment == other.comment
            && self.options == other.options
    }
}

fn key_columns(parts: &[KeyPart]) -> Vec<&Ident> {
    parts.iter().filter_map(KeyPart::as_column).collect()
}

/// The kinds of constraints, in the order in which a table lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConstraintKind {
    /// `PRIMARY KEY`.
    PrimaryKey,
    /// `UNIQUE`.
    Unique,
    /// `FOREIGN KEY`.
    ForeignKey,
    /// `CHECK`.
    Check,
    /// `EXCLUDE`.
    Exclusion,
}

/// For people: `foreign key`.
impl fmt::Display for ConstraintKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PrimaryKey => "primary key",
            Self::Unique => "unique constraint",
            Self::ForeignKey => "foreign key",
            Self::Check => "check constraint",
            Self::Exclusion => "exclusion constraint",
        })
    }
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintBody {
    /// See [`PrimaryKey`].
    PrimaryKey(PrimaryKey),
    /// See [`Unique`].
    Unique(Unique),
    /// See [`ForeignKey`].
    ForeignKey(ForeignKey),
    /// See [`Check`].
    Check(Check),
    /// See [`Exclusion`].
    Exclusion(Exclusion),
}

macro_rules! body_from {
    ($($kind:ident),*) => {$(
        impl From<$kind> for ConstraintBody {
            fn from(body: $kind) -> Self {
                Self::$kind(body)
            }
        }
    )*};
}
body_from!(PrimaryKey, Unique, ForeignKey, Check, Exclusion);

/// The columns that tell one row from another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PrimaryKey {
    /// The key's parts.
    pub columns: Vec<KeyPart>,
    /// Columns kept in its index without being part of the key.
    pub include: Vec<Ident>,
}

/// No two rows may have the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unique {
    /// The key's parts.
    pub columns: Vec<KeyPart>,
    /// Columns kept in its index without being part of the key.
    pub include: Vec<Ident>,
    /// Whether two NULLs are the same.
    pub nulls_not_distinct: bool,
}

/// Values must stand in another table.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    /// The columns here.
    pub columns: Vec<Ident>,
    /// What they point at.
    pub references: References,
    /// What happens to rows here when the row there goes.
    pub on_delete: ReferentialAction,
    /// Which columns `SET NULL` and `SET DEFAULT` set on delete; all, if empty.
    pub on_delete_columns: Vec<Ident>,
    /// What happens to rows here when the key there changes.
    pub on_update: ReferentialAction,
    /// `full` or `partial`; `None` is the standard's `SIMPLE`.
    pub match_type: Option<String>,
}

/// What a foreign key points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct References {
    /// The table.
    pub table: Name,
    /// The columns there; its primary key, if empty.
    pub columns: Vec<Ident>,
}

/// What a foreign key does when the row that it points at changes. NO ACTION is what servers do by default, and the
/// two are not told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReferentialAction {
    /// Refuse, when the statement or transaction ends.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same here.
    Cascade,
    /// Set the columns here to NULL.
    SetNull,
    /// Set the columns here to their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::NoAction, Self::Restrict, Self::Cascade, Self::SetNull, Self::SetDefault];

    /// As a revision file and a model write it: `set_null`.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoAction => "no_action",
            Self::Restrict => "restrict",
            Self::Cascade => "cascade",
            Self::SetNull => "set_null",
            Self::SetDefault => "set_default",
        }
    }

    /// As SQL writes it: `SET NULL`.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }

    /// The action that `word` names, whatever its case, with spaces or underscores.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        Self::ALL.into_iter().find(|action| action.word() == word)
    }
}

/// An expression that no row may make false.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The expression, without the parentheses round it.
    pub expression: Sql,
}

/// No two rows may have values for which all operators hold (PostgreSQL's `EXCLUDE`).
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    /// The index method; `gist`, most often.
    pub method: Option<String>,
    /// What is compared, each part with its operator.
    pub columns: Vec<KeyPart>,
    /// Columns kept in its index.
    pub include: Vec<Ident>,
    /// Which rows count.
    pub predicate: Option<Sql>,
}

/// When a constraint is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deferrable {
    /// After each statement, unless the session says otherwise.
    InitiallyImmediate,
    /// At the commit, unless the session says otherwise.
    InitiallyDeferred,
}
