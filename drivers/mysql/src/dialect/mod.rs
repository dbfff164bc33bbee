//! The SQL of MySQL and MariaDB: operations and schemas to statements. Pure, without a connection.
//!
//! A run of operations is planned against two states: the one that the database is in and the one that the operations
//! lead to. Changes to a table wait as long as nothing else depends on them, and are then carried out together, by one
//! ALTER TABLE wherever the server takes them in one.
//!
//! | module | holds |
//! |---|---|
//! | `fault` | why a piece cannot be rendered |
//! | `types`, `literal`, `default`, `collation` | the small pieces: types, values, default expressions |
//! | `options` | what `options.mysql` and `options.mariadb` may say |
//! | `lower` | a declared table as the server will hold it: `canonical`, and every refusal |
//! | `table`, `constraint`, `index` | CREATE TABLE, which has the form in which the server shows it |
//! | `plan`, `group`, `fill` | the order of things: what waits, and when it is carried out |
//! | `alter`, `place`, `partition` | ALTER TABLE |
//! | `enums` | new words in old rows |
//! | `object`, `sequence`, `rows`, `execute` | views, triggers, routines and events; sequences; rows; raw SQL |

mod alter;
pub(crate) mod collation;
pub(crate) mod constraint;
pub(crate) mod default;
mod enums;
mod execute;
mod fault;
mod fill;
mod group;
pub(crate) mod index;
pub(crate) mod literal;
pub(crate) mod lower;
mod object;
pub(crate) mod options;
mod partition;
mod place;
mod plan;
mod rows;
mod sequence;
pub(crate) mod table;
pub(crate) mod types;

use limbeck_core::driver::{Capabilities, Dialect, Needs, RenderError, ScriptTransaction, Statement};
use limbeck_core::ident::{CaseFolding, Ident};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Column, Object, OptionValue, Schema, Table, Type};
use limbeck_core::sql::{BodyRule, LexicalRules, Quotes};

use crate::asserted::asserted;
use crate::flavour::Gates;
use crate::options::{CHARACTER_SET, COLLATION};
use crate::session::SQL_MODE;
use crate::url::Asserted;

/// The most characters of a name.
const LONGEST_NAME: usize = 64;

/// How the servers write SQL, in the modes that a session is pinned to.
pub(crate) const LEXICAL: LexicalRules = LexicalRules {
    identifier_quotes: &[Quotes { open: '`', close: '`', doubled: true }],
    string_quotes: &['\'', '"'],
    backslash_escapes: true,
    hash_comments: true,
    dash_comment_needs_space: true,
    executable_comments: true,
    delimiter_command: true,
    client: "mysql",
    word_characters: "$",
    word_starts: "$",
    digit_words: true,
    parameter_sigils: &['@'],
    body: BodyRule::Routine,
    ..LexicalRules::STANDARD
};

const ANSI: LexicalRules = LexicalRules {
    identifier_quotes: &[
        Quotes { open: '`', close: '`', doubled: true },
        Quotes { open: '"', close: '"', doubled: true },
    ],
    string_quotes: &['\''],
    ..LEXICAL
};
const PLAIN: LexicalRules = LexicalRules { backslash_escapes: false, ..LEXICAL };
const ANSI_PLAIN: LexicalRules = LexicalRules { backslash_escapes: false, ..ANSI };

/// How a text is written that runs in the `sql_mode` of these words.
pub(crate) fn lexical(mode: &str) -> &'static LexicalRules {
    let has = |word: &str| mode.split(',').any(|other| other.eq_ignore_ascii_case(word));
    match (has("ANSI_QUOTES"), has("NO_BACKSLASH_ESCAPES")) {
        (false, false) => &LEXICAL,
        (true, false) => &ANSI,
        (false, true) => &PLAIN,
        (true, true) => &ANSI_PLAIN,
    }
}

/// The SQL of MySQL or MariaDB, as a server of some version understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MysqlDialect {
    gates: Gates,
    capabilities: Capabilities,
    /// What scripts say of how ALTER TABLE is carried out.
    alter: Asserted,
}

impl MysqlDialect {
    /// The dialect of a server that can do what `gates` say.
    pub fn new(gates: Gates) -> Self {
        let capabilities = Capabilities {
            transactional_ddl: false,
            namespaces: false,
            enum_types: false,
            sequences: gates.sequences,
            comments: true,
            column_position: true,
            unnamed_constraints: false,
            primary_key_names: false,
            exclusion_constraints: false,
            check_constraints: true,
            partial_indexes: false,
            expression_indexes: gates.functional_indexes,
            stored_columns: true,
            virtual_columns: true,
            referential_actions: true,
            circular_references: true,
            deferrable_constraints: false,
            unchecked_constraints: false,
            intervals: false,
            arrays: false,
            views: true,
            triggers: true,
            routines: true,
            index_names_per_table: true,
            // Characters, in truth: of this many bytes every name fits.
            identifier_bytes: LONGEST_NAME,
            // Tables tell case apart, where a file system does. Columns do not: a plan turns one that comes in other
            // letters into the one that goes.
            case_folding: CaseFolding::Sensitive,
        };
        Self { gates, capabilities, alter: Asserted::default() }
    }

    /// With what the url of a database asks of ALTER TABLE.
    pub(crate) fn with_asserted(self, alter: Asserted) -> Self {
        Self { alter, ..self }
    }
}

impl Dialect for MysqlDialect {
    fn script_statement(&self, sql: String) -> String {
        asserted(self.alter, self.gates.flavour, &sql).unwrap_or(sql)
    }

    fn names(&self) -> &'static [&'static str] {
        self.gates.names()
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
        literal::literal(self.gates.names(), value)
    }

    fn placeholder(&self, _: usize) -> String {
        "?".to_owned()
    }

    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        plan::plan(self.gates, operations, before)
    }

    fn script_transaction(&self, _: bool) -> ScriptTransaction {
        // The client's session may read SQL in another way than limbeck writes it.
        ScriptTransaction {
            begin: vec![
                "SET NAMES utf8mb4".to_owned(),
                format!("SET SESSION sql_mode = '{SQL_MODE}'"),
                "START TRANSACTION".to_owned(),
            ],
            commit: vec!["COMMIT".to_owned()],
        }
    }

    fn needs(&self, operation: &Operation) -> Needs {
        plan::needs(operation)
    }

    fn own_table(&self, mut table: Table) -> Table {
        let mut set = |key: &str, value: &str| {
            table.options.set(self.gates.name(), key, OptionValue::String(value.to_owned()));
        };
        set(CHARACTER_SET, "utf8mb4");
        set(COLLATION, "utf8mb4_bin");
        table
    }

    fn replaces(&self, from: &Object, _: &Object) -> bool {
        // A package that goes takes its body along.
        from.key.kind != "package"
    }

    fn keys_hold_types(&self) -> bool {
        true
    }

    fn stand_in(&self, column: &Column) -> Option<String> {
        let ty = column.ty.resolve(self.gates.names())?;
        let options = options::read(self.gates, &column.options, options::Place::Column, "").ok()?;
        let said = options::Said::new(self.gates, &options);
        // A check of its own may refuse what every other column of the type takes.
        match said.text(crate::options::CHECK) {
            Some(check) if check.starts_with("json_valid(") => Some("'null'".to_owned()),
            Some(_) => None,
            None => types::stand_in(&types::render(self.gates, &ty).ok()?, said.number(crate::options::SRID)),
        }
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        lower::canonical(self.gates, declared)
    }

    fn parse_type(&self, text: &str) -> Type {
        types::parse(self.gates, text)
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        types::render(self.gates, ty)
    }
}
