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
    /// Columns that are computed.
    pub generated_columns: bool,
    /// Constraints that wait until the commit.
    pub deferrable_constraints: bool,
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

/// When two spellings of a quoted name mean the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseFolding {
    /// Only if they are equal.
    Sensitive,
    /// If they differ in the case of ASCII letters at most.
    AsciiInsensitive,
}

impl CaseFolding {
    /// What two spellings of one name have in common.
    pub fn fold(self, name: &str) -> String {
        match self {
            Self::Sensitive => name.to_owned(),
            Self::AsciiInsensitive => name.to_ascii_lowercase(),
        }
    }

    /// Whether the two are one name.
    pub fn same(self, left: &str, right: &str) -> bool {
        match self {
            Self::Sensitive => left == right,
            Self::AsciiInsensitive => left.eq_ignore_ascii_case(right),
        }
    }
}
