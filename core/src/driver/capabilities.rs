use crate::ident::CaseFolding;

/// What a server can do, as far as the engine and the conformance suite must know. What its ALTER can do is known to its
/// dialect alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// DDL can be rolled back.
    pub transactional_ddl: bool,
    /// Tables live in namespaces that a user makes.
    pub namespaces: bool,
    /// Enum types have names of their own.
    pub enum_types: bool,
    /// Sequences stand on their own.
    pub sequences: bool,
    /// Tables and columns carry comments.
    pub comments: bool,
    /// An existing table can be given a column in any place.
    pub column_position: bool,
    /// Constraints may have no name.
    pub unnamed_constraints: bool,
    /// A primary key keeps the name that it is given.
    pub primary_key_names: bool,
    /// `EXCLUDE` constraints.
    pub exclusion_constraints: bool,
    /// CHECK constraints that are demanded.
    pub check_constraints: bool,
    /// Indexes over some of the rows.
    pub partial_indexes: bool,
    /// Indexes over expressions.
    pub expression_indexes: bool,
    /// Computed columns whose values are kept.
    pub stored_columns: bool,
    /// Computed columns whose values are computed when they are read.
    pub virtual_columns: bool,
    /// Foreign keys that act when the row that they point at goes or changes: CASCADE, SET NULL.
    pub referential_actions: bool,
    /// Tables may refer to each other, and rows to rows of the same table, whatever the order they come in.
    pub circular_references: bool,
    /// Constraints that wait until the commit.
    pub deferrable_constraints: bool,
    /// Constraints can be added without a look at the rows that are there.
    pub unchecked_constraints: bool,
    /// Columns that hold spans of time.
    pub intervals: bool,
    /// Columns whose items are lists.
    pub arrays: bool,
    /// Views.
    pub views: bool,
    /// Triggers.
    pub triggers: bool,
    /// Functions and procedures.
    pub routines: bool,
    /// Index names count within their table only.
    pub index_names_per_table: bool,
    /// The longest name, in bytes; a longer one is an error.
    pub identifier_bytes: usize,
    /// When two spellings of a name mean the same thing.
    pub case_folding: CaseFolding,
}
