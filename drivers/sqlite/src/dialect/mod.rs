//! SQLite's SQL: operations and schemas to statements. Pure, without a connection.
//!
//! A run of operations is planned against two states: the one that the database is in and the one that the operations
//! lead to. Changes to a table wait as long as nothing else depends on them, and are then carried out together: by
//! plain ALTERs where the library can do all of them, else by one rebuild of the table. SQLite keeps no comments, which
//! are passed over without a word.
//!
//! | module | holds |
//! |---|---|
//! | `gates` | what the library can do, by its version |
//! | `fault` | why a piece cannot be rendered |
//! | `types`, `literal`, `default` | the small pieces: types, values, default expressions |
//! | `options` | what `options.sqlite` may say |
//! | `lower` | a declared table as SQLite will hold it: `canonical`, and every refusal |
//! | `lookup` | what views and triggers say, for those who ask often |
//! | `enums` | the CHECK that stands for an enum, and the new words in old rows |
//! | `table`, `constraint`, `index` | CREATE TABLE and CREATE INDEX |
//! | `plan`, `group` | the order of things: what waits, and when it is carried out |
//! | `rename` | new names, in place wherever possible |
//! | `alter` | changes in place |
//! | `rebuild`, `copy` | changes by making the table anew |
//! | `object`, `rows`, `execute` | views and triggers; rows; raw SQL |
//! | `search` | full-text tables that read another table |
//! | `actions` | raw SQL that foreign keys would have to act on |

mod actions;
mod alter;
mod constraint;
mod copy;
mod default;
mod enums;
mod execute;
mod fault;
mod gates;
mod group;
mod index;
mod literal;
mod lookup;
mod lower;
mod object;
mod options;
mod plan;
mod rebuild;
mod rename;
mod rows;
mod rules;
mod search;
mod table;
mod types;

pub(crate) use types::parse as parse_type;

use limbeck_core::driver::{
    Capabilities, Dialect, Needs, RenderError, ScriptTransaction, Statement, Version,
};
use limbeck_core::ident::{CaseFolding, Ident};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Column, Schema, Type};
use limbeck_core::sql::{BodyRule, Folding, LexicalRules, Quotes, StringPrefix};

use gates::Gates;

/// What it answers to in a revision file.
pub(crate) const NAMES: &[&str] = &["sqlite"];

/// Its name in errors.
pub(crate) const NAME: &str = "sqlite";

/// The most bytes of a name. The library has no limit but that of a whole statement, which may hold many names.
const LONGEST_NAME: usize = 100_000;

/// Spellings of a name that mean the same.
const FOLDING: Folding = Folding::AsciiInsensitive;

/// How SQLite writes SQL.
pub(crate) const LEXICAL: LexicalRules = LexicalRules {
    identifier_quotes: &[
        Quotes { open: '"', close: '"', doubled: true },
        Quotes { open: '`', close: '`', doubled: true },
        Quotes { open: '[', close: ']', doubled: false },
    ],
    string_prefixes: &[StringPrefix { text: "X", backslash_escapes: false }],
    command_characters: &['.'],
    client: "sqlite3",
    word_characters: "$",
    parameter_sigils: &['@', ':', '$', '?', '#'],
    body: BodyRule::Trigger,
    catalog_prefixes: &["sqlite_"],
    ..LexicalRules::STANDARD
};

/// SQLite's SQL, as a library of some version understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteDialect {
    gates: Gates,
    capabilities: Capabilities,
}

impl SqliteDialect {
    /// The dialect of the library `version`.
    pub fn new(version: Version) -> Self {
        let gates = Gates::new(version);
        let capabilities = Capabilities {
            transactional_ddl: true,
            namespaces: false,
            enum_types: false,
            sequences: false,
            comments: false,
            column_position: true,
            unnamed_constraints: true,
            primary_key_names: true,
            exclusion_constraints: false,
            check_constraints: true,
            partial_indexes: true,
            expression_indexes: true,
            stored_columns: gates.generated_columns,
            virtual_columns: gates.generated_columns,
            referential_actions: true,
            circular_references: true,
            deferrable_constraints: true,
            unchecked_constraints: false,
            intervals: false,
            arrays: false,
            views: true,
            triggers: true,
            routines: false,
            index_names_per_table: false,
            identifier_bytes: LONGEST_NAME,
            case_folding: CaseFolding::AsciiInsensitive,
        };
        Self { gates, capabilities }
    }

    /// The dialect of the newest library that is known.
    pub fn newest() -> Self {
        Self::new(gates::NEWEST)
    }
}

impl Dialect for SqliteDialect {
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
        None
    }

    fn quote(&self, identifier: &Ident) -> String {
        literal::quote(identifier.as_str())
    }

    fn quote_text(&self, text: &str) -> String {
        literal::text(text)
    }

    fn literal(&self, value: &Literal) -> Option<String> {
        literal::literal(value)
    }

    fn placeholder(&self, position: usize) -> String {
        format!("?{position}")
    }

    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        plan::plan(self.gates, operations, before)
    }

    fn script_transaction(&self, suspend_foreign_keys: bool) -> ScriptTransaction {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        if suspend_foreign_keys {
            // The pragma is ignored inside a transaction. As in a run, rows that point nowhere before do not count.
            return ScriptTransaction {
                begin: texts(&[
                    "PRAGMA foreign_keys = OFF",
                    "BEGIN IMMEDIATE",
                    "CREATE TEMP TABLE _limbeck_broken AS SELECT count(*) AS n FROM pragma_foreign_key_check",
                ]),
                commit: texts(&[
                    "CREATE TEMP TABLE _limbeck_check (n integer, \
                     CONSTRAINT \"rows would point nowhere\" CHECK (n <= 0))",
                    "INSERT INTO _limbeck_check SELECT count(*) - (SELECT n FROM _limbeck_broken) \
                     FROM pragma_foreign_key_check",
                    "DROP TABLE temp._limbeck_check",
                    "DROP TABLE temp._limbeck_broken",
                    "COMMIT",
                    "PRAGMA foreign_keys = ON",
                ]),
            };
        }
        // The shell has them off, a run on.
        ScriptTransaction {
            begin: texts(&["PRAGMA foreign_keys = ON", "BEGIN IMMEDIATE"]),
            commit: texts(&["COMMIT"]),
        }
    }

    fn script_stops_on_error(&self) -> Option<&'static str> {
        // `.bail on` would be read by the shell alone, and scripts are run through libraries as well.
        Some("-- Run this with what stops at the first error: sqlite3 -bail FILE < SCRIPT")
    }

    fn foreign_key_guard(&self, statement: &Statement) -> Option<Statement> {
        actions::guard(statement)
    }

    fn needs(&self, operation: &Operation) -> Needs {
        plan::needs(operation)
    }

    fn stand_in(&self, column: &Column) -> Option<String> {
        types::stand_in(&column.ty.resolve(NAMES)?)
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        lower::canonical(self.gates, declared)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(text)
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        types::render(ty)
    }
}
