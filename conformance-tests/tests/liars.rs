//! That the suite finds out drivers that do not keep what they promise: SQLite, told to claim something else.

#[path = "harness/sqlite.rs"]
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Outcome, Provisioned, cases, run};
use limbeck_core::driver::{
    Access, Capabilities, Database, DatabaseSettings, Dialect, Driver, DriverError, Introspector, Needs,
    RenderError, ScratchDatabase, ServerInfo, Statement,
};
use limbeck_core::ident::{CaseFolding, Ident};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Schema, Type};
use limbeck_core::sql::LexicalRules;

type Claim = fn(&mut Capabilities);
type Forget = fn(&Statement) -> bool;

/// SQLite with other claims, which leaves some statements out.
#[derive(Debug, Clone)]
struct Liar {
    dialect: Arc<dyn Dialect>,
    capabilities: Capabilities,
    forget: Forget,
}

#[async_trait]
impl Driver for Liar {
    fn name(&self) -> &'static str {
        "liar"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn dialects(&self) -> &'static [&'static str] {
        &["liar"]
    }

    fn dialect(&self, _: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(self.clone())
    }

    fn offline_dialect(&self, _: &str) -> Option<Arc<dyn Dialect>> {
        None
    }

    fn introspector(&self) -> &dyn Introspector {
        &limbeck_sqlite::SqliteIntrospector
    }

    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        limbeck_sqlite::driver().connect(settings, access).await
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        limbeck_sqlite::driver().scratch().await
    }
}

impl Dialect for Liar {
    fn names(&self) -> &'static [&'static str] {
        self.dialect.names()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexical(&self) -> &LexicalRules {
        self.dialect.lexical()
    }

    fn default_schema(&self) -> Option<&Ident> {
        self.dialect.default_schema()
    }

    fn quote(&self, identifier: &Ident) -> String {
        self.dialect.quote(identifier)
    }

    fn quote_text(&self, text: &str) -> String {
        self.dialect.quote_text(text)
    }

    fn literal(&self, literal: &Literal) -> Option<String> {
        self.dialect.literal(literal)
    }

    fn placeholder(&self, position: usize) -> String {
        self.dialect.placeholder(position)
    }

    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        let mut plan = self.dialect.plan(operations, before)?;
        plan.retain(|statement| !(self.forget)(statement));
        Ok(plan)
    }

    fn needs(&self, operation: &Operation) -> Needs {
        self.dialect.needs(operation)
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        self.dialect.canonical(declared)
    }

    fn parse_type(&self, text: &str) -> Type {
        self.dialect.parse_type(text)
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        self.dialect.render_type(ty)
    }
}

#[async_trait]
impl Harness for Liar {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.clone())
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        sqlite::SqliteHarness.provision(case).await
    }
}

async fn outcome(claim: Claim, forget: Forget, group: &str, name: &str) -> Outcome {
    let dialect = limbeck_sqlite::driver().offline_dialect("sqlite").unwrap();
    let mut capabilities = dialect.capabilities().clone();
    claim(&mut capabilities);
    let liar: Arc<dyn Harness> = Arc::new(Liar { dialect, capabilities, forget });
    let case = cases().iter().find(|case| case.group == group && case.name == name).unwrap();
    run(&liar, case).await
}

#[tokio::test]
async fn false_claims_are_found_out() {
    let claims: [(&str, Claim); 26] = [
        ("transactional_ddl", |claims| claims.transactional_ddl = false),
        ("namespaces", |claims| claims.namespaces = true),
        ("enum_types", |claims| claims.enum_types = true),
        ("sequences", |claims| claims.sequences = true),
        ("comments", |claims| claims.comments = true),
        ("column_position", |claims| claims.column_position = false),
        ("unnamed_constraints", |claims| claims.unnamed_constraints = false),
        ("primary_key_names", |claims| claims.primary_key_names = false),
        ("exclusion_constraints", |claims| claims.exclusion_constraints = true),
        ("check_constraints", |claims| claims.check_constraints = false),
        ("partial_indexes", |claims| claims.partial_indexes = false),
        ("expression_indexes", |claims| claims.expression_indexes = false),
        ("stored_columns", |claims| claims.stored_columns = false),
        ("virtual_columns", |claims| claims.virtual_columns = false),
        ("referential_actions", |claims| claims.referential_actions = false),
        ("circular_references", |claims| claims.circular_references = false),
        ("deferrable_constraints", |claims| claims.deferrable_constraints = false),
        ("unchecked_constraints", |claims| claims.unchecked_constraints = true),
        ("intervals", |claims| claims.intervals = true),
        ("arrays", |claims| claims.arrays = true),
        ("views", |claims| claims.views = false),
        ("triggers", |claims| claims.triggers = false),
        ("routines", |claims| claims.routines = true),
        ("index_names_per_table", |claims| claims.index_names_per_table = true),
        ("identifier_bytes", |claims| claims.identifier_bytes = 1000),
        ("case_folding", |claims| claims.case_folding = CaseFolding::Sensitive),
    ];
    for (name, claim) in claims {
        let found = outcome(claim, |_| false, "capabilities", name).await;
        assert!(!matches!(found, Outcome::Passed), "{name}");
        if name != "routines" {
            assert!(matches!(found, Outcome::Failed(_)), "{name}: {found:?}");
        }
    }
}

#[tokio::test]
async fn forgotten_statements_are_found_out() {
    let forgets: [(&str, &str, Forget); 6] = [
        ("indexes", "plain", |statement| statement.sql.starts_with("CREATE INDEX")),
        ("rename", "column_in_indexes", |statement| statement.sql.contains("RENAME COLUMN")),
        ("rows", "insert", |statement| statement.sql.contains("Dan")),
        ("objects", "view_dropped", |statement| statement.sql.starts_with("DROP VIEW")),
        ("columns", "add_with_default", |statement| statement.sql.contains("ADD COLUMN")),
        ("tables", "drop", |statement| statement.sql.starts_with("DROP TABLE")),
    ];
    for (group, name, forget) in forgets {
        let honest = outcome(|_| (), |_| false, group, name).await;
        assert_eq!(honest, Outcome::Passed, "{group}::{name}");
        let found = outcome(|_| (), forget, group, name).await;
        assert!(matches!(found, Outcome::Failed(_)), "{group}::{name}: {found:?}");
    }
}

#[tokio::test]
async fn what_is_not_claimed_is_not_counted_as_passed() {
    let found = outcome(|claims| claims.partial_indexes = false, |_| false, "indexes", "partial").await;
    assert!(
        matches!(&found, Outcome::NotApplicable(reason) if reason.contains("partial_indexes")),
        "{found:?}"
    );
}
