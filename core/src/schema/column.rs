use super::{Options, SequenceOptions, Sql, TypeSpec};
use crate::ident::Ident;

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeSpec,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// What a row gets that does not say.
    pub default: Option<Sql>,
    /// Whether the server counts its values up.
    pub identity: Option<Identity>,
    /// Whether and how it is computed from other columns.
    pub generated: Option<Generated>,
    /// How its texts are compared, as the server names it.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}

impl Column {
    /// A NOT NULL column with nothing else to it.
    pub fn new(name: impl Into<Ident>, ty: impl Into<TypeSpec>) -> Self {
        Self {
            name: name.into(),
            ty: ty.into(),
            nullable: false,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            comment: None,
            options: Options::default(),
        }
    }

    /// The same column, taking NULL.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The same column with a default.
    #[must_use]
    pub fn with_default(mut self, default: impl Into<Sql>) -> Self {
        self.default = Some(default.into());
        self
    }

    /// The same column, counted up by the server.
    #[must_use]
    pub fn with_identity(mut self) -> Self {
        self.identity = Some(Identity::default());
        self
    }
}

/// A column whose values the server counts up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    /// Whether a value given in an INSERT is refused.
    pub always: bool,
    /// Where the counter starts and how it goes.
    pub sequence: SequenceOptions,
}

/// A column computed from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Generated {
    /// The expression, without the parentheses round it.
    pub expression: Sql,
    /// Kept on disk (`STORED`), or computed when read (`VIRTUAL`).
    pub stored: bool,
}

/// Where a column goes that is added or moved. Without one: at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Before all others.
    First,
    /// Behind this one.
    After(Ident),
}
