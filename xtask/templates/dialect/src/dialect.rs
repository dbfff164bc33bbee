use limbeck_core::driver::{Capabilities, Dialect, Needs, RenderError, Statement};
use limbeck_core::ident::{CaseFolding, Ident};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Schema, Type};
use limbeck_core::sql::LexicalRules;

use super::to_do::to_do;

/// What it answers to in a revision file.
const NAMES: &[&str] = &["newdialect"];

/// How newdialect writes SQL: what of the standard differs goes in here.
const LEXICAL: LexicalRules = LexicalRules { client: "the client of newdialect", ..LexicalRules::STANDARD };

/// The SQL of newdialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDialect {
    capabilities: Capabilities,
}

impl Default for NewDialect {
    fn default() -> Self {
        Self::new()
    }
}

impl NewDialect {
    /// The dialect of the newest server that is known.
    pub fn new() -> Self {
        // Claim what the server has: the group `capabilities` tries each claim, also those that say no.
        let capabilities = Capabilities {
            transactional_ddl: false,
            namespaces: false,
            enum_types: false,
            sequences: false,
            comments: false,
            column_position: false,
            unnamed_constraints: false,
            primary_key_names: false,
            exclusion_constraints: false,
            check_constraints: false,
            partial_indexes: false,
            expression_indexes: false,
            stored_columns: false,
            virtual_columns: false,
            referential_actions: false,
            circular_references: false,
            deferrable_constraints: false,
            unchecked_constraints: false,
            intervals: false,
            arrays: false,
            views: false,
            triggers: false,
            routines: false,
            index_names_per_table: false,
            identifier_bytes: 63,
            case_folding: CaseFolding::Sensitive,
        };
        Self { capabilities }
    }
}

impl Dialect for NewDialect {
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
        format!("\"{}\"", identifier.as_str().replace('"', "\"\""))
    }

    fn quote_text(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    fn literal(&self, literal: &Literal) -> Option<String> {
        Some(match literal {
            Literal::Bool(truth) => truth.to_string(),
            Literal::Integer(number) => number.to_string(),
            Literal::Float(number) => format!("{number:?}"),
            Literal::String(text) => self.quote_text(text),
            Literal::Sql(sql) => sql.resolve(NAMES)?.clone(),
        })
    }

    fn placeholder(&self, _: usize) -> String {
        "?".to_owned()
    }

    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        let _ = before;
        if operations.is_empty() {
            return Ok(Vec::new());
        }
        let error = to_do(
            "Dialect::plan: the statements of each operation, on a database that holds `before`; begin with CreateTable \
             and DropTable (groups tables, columns, constraints, indexes, rows, rename, rebuild)",
        );
        Err(RenderError::Unsupported {
            operation: 0,
            dialect: "newdialect",
            what: error.message,
            help: error.help.unwrap_or_default(),
        })
    }

    fn needs(&self, _: &Operation) -> Needs {
        // Tables that `plan` makes anew go in here.
        Needs::default()
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        // What an introspector would see of it: names, types and settings that the server does not keep go.
        declared.clone()
    }

    fn parse_type(&self, text: &str) -> Type {
        Type::Native(text.to_owned())
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        match ty {
            Type::Native(text) => Ok(text.clone()),
            _ => Err(to_do(
                "Dialect::render_type, and parse_type, which reads it back: how the server writes each portable type, or \
                 what to choose instead (group types)",
            )
            .message),
        }
    }
}
