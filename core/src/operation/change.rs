use indexmap::IndexMap;

use crate::ident::{Ident, Name};
use crate::schema::{ConstraintBody, Generated, Identity, Options, Position, Sql, TypeSpec};

/// What changes of a column; what is `None` stays as it is. Of a value that can be taken away, `Some(None)` does that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnChange {
    /// The new type.
    pub ty: Option<TypeSpec>,
    /// How the old values become new ones, where the server cannot tell.
    pub using: Option<Sql>,
    /// Whether it takes NULL from now on.
    pub nullable: Option<bool>,
    /// What rows get that hold NULL when it takes none any longer.
    pub fill: Option<Sql>,
    /// The new default.
    pub default: Option<Option<Sql>>,
    /// Whether the server counts its values up from now on.
    pub identity: Option<Option<Identity>>,
    /// How it is computed from now on.
    pub generated: Option<Option<Generated>>,
    /// How its texts are compared from now on.
    pub collation: Option<Option<String>>,
    /// The new comment.
    pub comment: Option<Option<String>>,
    /// All options from now on.
    pub options: Option<Options>,
    /// Where it goes.
    pub position: Option<Position>,
}

/// Which constraint of a table is meant.
#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintRef {
    /// The one of this name.
    Named(Ident),
    /// The one without a name that says this.
    Unnamed(Box<ConstraintBody>),
}

/// A change to the words of an enum. The renames come first, then the removals, then the additions.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterEnum {
    /// Which.
    pub name: Name,
    /// Words that get another spelling. Rows follow.
    pub rename: Vec<EnumRename>,
    /// Words that go. Rows that hold one are in the way.
    pub remove: Vec<String>,
    /// Words that come.
    pub add: Vec<EnumAddition>,
    /// What is said of it from now on, if that is another thing than before.
    pub comment: Option<Option<String>>,
}

impl AlterEnum {
    /// Whether its words change, or their order.
    pub fn changes_words(&self) -> bool {
        !(self.rename.is_empty() && self.remove.is_empty() && self.add.is_empty())
    }
}

/// A word of an enum that gets another spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumRename {
    /// As it is.
    pub from: String,
    /// As it will be.
    pub to: String,
}

/// A word that comes into an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumAddition {
    /// The word.
    pub value: String,
    /// Where; behind all others, if not given.
    pub place: Option<EnumPlace>,
}

/// A place in an enum's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnumPlace {
    /// Before this word.
    Before(String),
    /// Behind this word.
    After(String),
}

/// One row: values by column, in the order of the file.
pub type RowValues = IndexMap<Ident, Literal>;

/// A value in a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text; a date or time in the form that every server reads.
    String(String),
    /// An expression that the server computes; NULL, too, is written so.
    Sql(Sql),
}

/// What raw SQL changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Rows only: replay passes it over.
    Data,
    /// Tables or anything else that a schema holds: replay needs a database to know what came of it.
    Schema,
}
