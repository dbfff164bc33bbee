//! PostgreSQL's SQL: operations and schemas to statements. Pure, without a connection.
//!
//! The server alters everything in place and in transactions, so that each operation becomes statements by itself.
//!
//! | module | holds |
//! |---|---|
//! | `gates` | what the server can do, by its version |
//! | `fault` | why a piece cannot be rendered |
//! | `types`, `literal`, `default`, `names` | the small pieces: types, values, expressions, names that the server makes up |
//! | `taken` | names of NOT NULLs that stand in the way of others |
//! | `storage` | where the server keeps long values |
//! | `casts` | how values of one type become those of another |
//! | `options` | what `options.postgres` may say |
//! | `canonical` | a declared schema as the server will hold it |
//! | `namespace`, `enums`, `sequence` | schemas, enum types, sequences |
//! | `table`, `column`, `constraint`, `index`, `comment` | tables and their parts |
//! | `swap` | another enum type in the place of one, and all that stands on it |
//! | `child`, `part_index` | tables that have something from others: parts, inheritance; indexes of parts |
//! | `plan`, `alter` | operations one after the other; changes to tables and columns |
//! | `follow` | names that the server has made up, where what they are made of gets another name |
//! | `object`, `rows`, `execute` | views, functions and the like; rows; raw SQL |

mod alter;
mod canonical;
mod casts;
mod child;
mod column;
mod comment;
mod constraint;
mod default;
mod enums;
mod execute;
mod fault;
mod follow;
mod gates;
mod index;
mod literal;
mod names;
mod namespace;
mod object;
mod options;
mod part_index;
mod plan;
mod rows;
mod sequence;
mod storage;
mod swap;
mod table;
mod taken;
mod types;

pub(crate) use canonical::settings as counter_settings;
pub(crate) use default::bare;
pub(crate) use gates::OLDEST;
pub(crate) use literal::{identifier, quote_name, text};
pub(crate) use names::{index as index_name, not_null as not_null_name, sequence as sequence_name};
pub(crate) use object::right_target;
pub(crate) use types::{parse as parse_type, spec as type_spec};

use limbeck_core::driver::{Capabilities, Dialect, Needs, RenderError, ServerInfo, Statement, Version};
use limbeck_core::ident::{CaseFolding, Ident, Name};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Cast, Column, Object, Options, Schema, Type};
use limbeck_core::sql::{BodyRule, LexicalRules, StringPrefix};

use gates::Gates;

/// What it answers to in a revision file.
pub(crate) const NAMES: &[&str] = &["postgres"];

/// Its name.
pub(crate) const NAME: &str = "postgres";

/// The schema of what names none, where the settings say no other.
pub(crate) const DEFAULT_SCHEMA: &str = "public";

/// The schema of what names none on a server.
pub(crate) fn home(server: &ServerInfo) -> &str {
    server.schema.as_ref().map_or(DEFAULT_SCHEMA, Ident::as_str)
}

/// What the server says of that schema when it makes a database.
pub(crate) const DEFAULT_COMMENT: &str = "standard public schema";

/// The most bytes of a name; the server cuts off what is more.
pub(crate) const LONGEST_NAME: usize = 63;

/// How PostgreSQL writes SQL.
pub(crate) const LEXICAL: LexicalRules = LexicalRules {
    string_prefixes: &[
        StringPrefix { text: "E", backslash_escapes: true },
        StringPrefix { text: "U&", backslash_escapes: false },
        StringPrefix { text: "B", backslash_escapes: false },
        StringPrefix { text: "X", backslash_escapes: false },
        StringPrefix { text: "N", backslash_escapes: false },
    ],
    dollar_quotes: true,
    nested_comments: true,
    carriage_return_ends_line: true,
    command_characters: &['\\'],
    client: "psql",
    copy_from_stdin: true,
    word_characters: "$",
    parameter_sigils: &['$'],
    body: BodyRule::Atomic,
    catalog_prefixes: &["pg_"],
    ..LexicalRules::STANDARD
};

/// PostgreSQL's SQL, as a server of some version understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresDialect {
    gates: Gates,
    capabilities: Capabilities,
    /// The schema of what names none.
    home: Ident,
}

impl PostgresDialect {
    /// The dialect of the server `version`.
    pub fn new(version: Version) -> Self {
        let gates = Gates::new(version);
        let capabilities = Capabilities {
            transactional_ddl: true,
            namespaces: true,
            enum_types: true,
            sequences: true,
            comments: true,
            column_position: false,
            unnamed_constraints: false,
            primary_key_names: true,
            exclusion_constraints: true,
            check_constraints: true,
            partial_indexes: true,
            expression_indexes: true,
            stored_columns: true,
            virtual_columns: gates.virtual_columns,
            referential_actions: true,
            circular_references: true,
            deferrable_constraints: true,
            unchecked_constraints: true,
            intervals: true,
            arrays: true,
            views: true,
            triggers: true,
            routines: true,
            index_names_per_table: false,
            identifier_bytes: LONGEST_NAME,
            case_folding: CaseFolding::Sensitive,
        };
        Self { gates, capabilities, home: Ident::new(DEFAULT_SCHEMA) }
    }

    /// The same with another schema of what names none than `public`.
    #[must_use]
    pub fn within(mut self, schema: Option<Ident>) -> Self {
        if let Some(schema) = schema {
            self.home = schema;
        }
        self
    }

    /// The dialect of the newest server that is known.
    pub fn newest() -> Self {
        Self::new(gates::NEWEST)
    }
}

impl Dialect for PostgresDialect {
    fn names(&self) -> &'static [&'static str] {
        NAMES
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexical(&self) -> &LexicalRules {
        &LEXICAL
    }

    fn cast(&self, from: &Type, to: &Type) -> Cast {
        casts::cast(from, to)
    }

    fn default_schema(&self) -> Option<&Ident> {
        Some(&self.home)
    }

    fn quote(&self, identifier: &Ident) -> String {
        literal::quote(identifier)
    }

    fn quote_text(&self, text: &str) -> String {
        literal::text(text)
    }

    fn literal(&self, value: &Literal) -> Option<String> {
        literal::literal(value)
    }

    fn placeholder(&self, position: usize) -> String {
        format!("${position}")
    }

    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        plan::plan(self.gates, &self.home, operations, before)
    }

    /// A schema that is not there then stops the script: nothing else is on the path.
    fn script_opening(&self) -> Vec<String> {
        if self.home == *DEFAULT_SCHEMA {
            return Vec::new();
        }
        vec![format!("SET search_path = {}", literal::quote(&self.home))]
    }

    fn script_stops_on_error(&self) -> Option<&'static str> {
        Some("\\set ON_ERROR_STOP on")
    }

    fn needs(&self, operation: &Operation) -> Needs {
        plan::needs(operation)
    }

    fn stand_in(&self, column: &Column) -> Option<String> {
        types::stand_in(&column.ty.resolve(NAMES)?)
    }

    fn replaces(&self, from: &Object, to: &Object) -> bool {
        object::replaces(from, to)
    }

    fn lets_go(&self, from: &Options, to: &Options) -> Option<Options> {
        child::lets_go(from, to)
    }

    fn joins(&self, from: &Options, to: &Options) -> bool {
        child::joins(from, to)
    }

    fn computed_hold_types(&self) -> bool {
        true
    }

    fn made_up_options(&self, table: &Name, column: &Column) -> Vec<&'static str> {
        let labels = [(crate::options::NOT_NULL_NAME, "not_null"), (crate::options::SEQUENCE, "seq")];
        let made_up = |(key, label): &(&'static str, &str)| {
            let given = column.options.text(NAMES, key);
            given.is_some_and(|given| names::may_be(table, &column.name, label, given))
        };
        labels.into_iter().filter(made_up).map(|(key, _)| key).collect()
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        canonical::canonical(self.gates, declared)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(text)
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        Ok(types::render(ty))
    }
}
