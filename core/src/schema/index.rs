use super::{Options, Sql};
use crate::ident::Ident;

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name.
    pub name: Ident,
    /// What is indexed, in order.
    pub columns: Vec<KeyPart>,
    /// Whether no two rows may have the same.
    pub unique: bool,
    /// Which rows are in it; all, if not given.
    pub predicate: Option<Sql>,
    /// `btree`, `gin`, `fulltext`, …; the server's default if not given.
    pub method: Option<String>,
    /// Columns that are kept in it without being part of the key.
    pub include: Vec<Ident>,
    /// Whether a unique index takes two NULLs for the same.
    pub nulls_not_distinct: bool,
    /// Its comment.
    pub comment: Option<String>,
    /// What only some dialect knows of it.
    pub options: Options,
}

impl Index {
    /// A plain index over `columns`.
    pub fn new(name: impl Into<Ident>, columns: impl IntoIterator<Item = impl Into<Ident>>) -> Self {
        Self {
            name: name.into(),
            columns: columns.into_iter().map(|column| KeyPart::column(column)).collect(),
            unique: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            comment: None,
            options: Options::default(),
        }
    }
}

/// One part of a key or an index.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyPart {
    /// A column or an expression.
    pub target: KeyTarget,
    /// Which way it runs.
    pub order: Order,
    /// Where NULLs stand; the server's default for the order if not given.
    pub nulls: Option<Nulls>,
    /// The operator class, as the server writes it.
    pub opclass: Option<String>,
    /// How texts are compared in it.
    pub collation: Option<String>,
    /// How many characters or bytes of the column count (MySQL's prefixes).
    pub length: Option<u32>,
    /// In an exclusion constraint, the operator.
    pub operator: Option<String>,
}

impl KeyPart {
    /// A column, ascending.
    pub fn column(name: impl Into<Ident>) -> Self {
        Self::of(KeyTarget::Column(name.into()))
    }

    /// An expression, ascending; without the parentheses round it.
    pub fn expression(sql: impl Into<Sql>) -> Self {
        Self::of(KeyTarget::Expression(sql.into()))
    }

    fn of(target: KeyTarget) -> Self {
        Self {
            target,
            order: Order::Ascending,
            nulls: None,
            opclass: None,
            collation: None,
            length: None,
            operator: None,
        }
    }

    /// The column, if it is one.
    pub fn as_column(&self) -> Option<&Ident> {
        match &self.target {
            KeyTarget::Column(name) => Some(name),
            KeyTarget::Expression(_) => None,
        }
    }

    /// Whether it is a column with nothing else said of it.
    pub fn is_plain(&self) -> bool {
        match &self.target {
            KeyTarget::Column(name) => *self == KeyPart::column(name.clone()),
            KeyTarget::Expression(_) => false,
        }
    }
}

/// What a part of a key is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum KeyTarget {
    /// A column.
    Column(Ident),
    /// An expression over the row.
    Expression(Sql),
}

/// Which way a part of an index runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// From small to large.
    #[default]
    Ascending,
    /// From large to small.
    Descending,
}

/// Where NULLs stand in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// Before all values.
    First,
    /// Behind all values.
    Last,
}
