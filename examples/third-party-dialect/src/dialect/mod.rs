//! DuckDB's SQL: operations and schemas to statements. Pure, without a connection.
//!
//! DuckDB alters little in place: as soon as a table has an index or takes part in a foreign key, it can get a column
//! and another default, and that is all. Everything else is a change by making the table anew, together with the tables
//! that refer to it.
//!
//! | module | holds |
//! |---|---|
//! | `fault` | why a piece cannot be rendered |
//! | `types`, `text` | the small pieces: types, names, values |
//! | `lower` | a declared table as DuckDB will hold it: `canonical`, and every refusal |
//! | `table` | CREATE TABLE, CREATE INDEX, comments |
//! | `plan` | which operation is carried out how |
//! | `anew` | changes by making tables anew |
//! | `sequence` | sequences, and the one behind an identity column |
//! | `object`, `rows` | views and macros; rows and raw SQL |

mod anew;
mod fault;
mod lower;
mod object;
mod plan;
mod rows;
mod sequence;
mod table;
mod text;
mod types;

use limbeck_core::driver::{Capabilities, Dialect, Needs, RenderError, Statement};
use limbeck_core::ident::{CaseFolding, Ident};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Cast, Column, Schema, Type};
use limbeck_core::sql::{LexicalRules, StringPrefix};

pub(crate) use lower::home;
pub(crate) use sequence::{MARK, as_seen as seen_sequence, next as next_value, usual as usual_sequence};
pub(crate) use types::parse as parse_type;

/// What it answers to in a revision file.
pub(crate) const NAMES: &[&str] = &["duckdb"];

/// Its name in errors.
pub(crate) const NAME: &str = "duckdb";

/// The namespace of what names none.
pub(crate) const MAIN: &str = "main";

/// The most bytes of a name. The library has no limit; nobody needs more.
const LONGEST_NAME: usize = 10_000;

/// How DuckDB writes SQL.
pub(crate) const LEXICAL: LexicalRules = LexicalRules {
    string_prefixes: &[StringPrefix { text: "E", backslash_escapes: true }],
    dollar_quotes: true,
    nested_comments: true,
    command_characters: &['.'],
    client: "duckdb",
    word_characters: "$",
    parameter_sigils: &['$', '?'],
    catalog_prefixes: &["duckdb_"],
    ..LexicalRules::STANDARD
};

/// DuckDB's SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuckDialect {
    capabilities: Capabilities,
    main: Ident,
}

impl Default for DuckDialect {
    fn default() -> Self {
        Self::new()
    }
}

impl DuckDialect {
    /// The dialect of every version that is understood.
    pub fn new() -> Self {
        let capabilities = Capabilities {
            transactional_ddl: true,
            namespaces: true,
            // There are types with names, but a column of one keeps only its words.
            enum_types: false,
            sequences: true,
            comments: true,
            column_position: true,
            // Names of constraints are read and forgotten.
            unnamed_constraints: true,
            primary_key_names: false,
            exclusion_constraints: false,
            check_constraints: true,
            partial_indexes: false,
            expression_indexes: true,
            stored_columns: false,
            virtual_columns: true,
            referential_actions: false,
            circular_references: false,
            deferrable_constraints: false,
            unchecked_constraints: false,
            intervals: true,
            arrays: true,
            views: true,
            triggers: false,
            // Macros are an object of their own kind.
            routines: false,
            index_names_per_table: false,
            identifier_bytes: LONGEST_NAME,
            case_folding: CaseFolding::AsciiInsensitive,
        };
        Self { capabilities, main: Ident::new(MAIN) }
    }
}

impl Dialect for DuckDialect {
    fn names(&self) -> &'static [&'static str] {
        NAMES
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexical(&self) -> &LexicalRules {
        &LEXICAL
    }

    fn default_schema(&self) -> Option<&Ident> {
        Some(&self.main)
    }

    fn quote(&self, identifier: &Ident) -> String {
        text::quote(identifier.as_str())
    }

    fn quote_text(&self, text: &str) -> String {
        text::text(text)
    }

    fn literal(&self, literal: &Literal) -> Option<String> {
        text::literal(literal)
    }

    fn placeholder(&self, position: usize) -> String {
        format!("${position}")
    }

    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        plan::plan(operations, before)
    }

    fn script_stops_on_error(&self) -> Option<&'static str> {
        Some("-- Run this with what stops at the first error: duckdb -bail FILE < SCRIPT")
    }

    fn needs(&self, operation: &Operation) -> Needs {
        plan::needs(operation)
    }

    fn stand_in(&self, column: &Column) -> Option<String> {
        types::stand_in(&column.ty.resolve(NAMES)?)
    }

    fn keys_hold_types(&self) -> bool {
        // Both sides of a foreign key must be of one type.
        true
    }

    fn cast(&self, from: &Type, to: &Type) -> Cast {
        types::cast(from, to)
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        lower::canonical(declared)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(text)
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        types::render(ty)
    }
}
