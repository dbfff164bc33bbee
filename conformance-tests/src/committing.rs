//! A driver as that of a server that commits each change to the schema by itself, whatever the server is: what the engine
//! does where nothing can be rolled back is then tried everywhere.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Canceller, Capabilities, Connection, Database, DatabaseSettings, Definition, Dialect, Driver,
    DriverError, Introspector, LockKey, Needs, RenderError, Row, ScratchDatabase, ScriptTransaction,
    ServerInfo, SessionId, Statement, TransactionMode, Value,
};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{Literal, Operation};
use limbeck_core::schema::{Column, Schema, Type};
use limbeck_core::sql::{Effect, LexicalRules, effect};

/// Another driver, whose changes to the schema commit by themselves.
#[derive(Debug)]
pub struct CommittingDriver {
    inner: Arc<dyn Driver>,
}

impl CommittingDriver {
    /// What `inner` does, but for transactions.
    pub fn new(inner: Arc<dyn Driver>) -> Self {
        Self { inner }
    }
}

#[async_trait]
impl Driver for CommittingDriver {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn schemes(&self) -> &'static [&'static str] {
        self.inner.schemes()
    }

    fn dialects(&self) -> &'static [&'static str] {
        self.inner.dialects()
    }

    fn dialect(&self, server: &ServerInfo) -> Arc<dyn Dialect> {
        Arc::new(CommittingDialect::new(self.inner.dialect(server)))
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        Some(Arc::new(CommittingDialect::new(self.inner.offline_dialect(name)?)))
    }

    fn introspector(&self) -> &dyn Introspector {
        self.inner.introspector()
    }

    async fn connect(
        &self,
        settings: &DatabaseSettings,
        access: Access,
    ) -> Result<Box<dyn Database>, DriverError> {
        let inner = self.inner.connect(settings, access).await?;
        let rules = self.inner.dialect(inner.server());
        Ok(Box::new(CommittingDatabase { inner, rules }))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        self.inner.scratch().await
    }
}

#[derive(Debug)]
struct CommittingDatabase {
    inner: Box<dyn Database>,
    rules: Arc<dyn Dialect>,
}

#[async_trait]
impl Database for CommittingDatabase {
    fn server(&self) -> &ServerInfo {
        self.inner.server()
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        let inner = self.inner.acquire().await?;
        Ok(Box::new(CommittingConnection { inner, rules: Arc::clone(&self.rules), open: false }))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        self.inner.scratch().await
    }
}

struct CommittingConnection {
    inner: Box<dyn Connection>,
    rules: Arc<dyn Dialect>,
    /// Whether a transaction is open.
    open: bool,
}

#[async_trait]
impl Connection for CommittingConnection {
    fn server(&self) -> &ServerInfo {
        self.inner.server()
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        if self.open && effect(self.rules.lexical(), sql) == Effect::Schema {
            self.commit().await?;
        }
        self.inner.execute(sql, parameters).await
    }

    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        self.inner.query(sql, parameters).await
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        self.inner.begin(mode).await?;
        self.open = true;
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), DriverError> {
        if std::mem::take(&mut self.open) { self.inner.commit().await } else { Ok(()) }
    }

    async fn rollback(&mut self) -> Result<(), DriverError> {
        self.open = false;
        self.inner.rollback().await
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        self.inner.try_lock(key).await
    }

    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        self.inner.unlock(key).await
    }

    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
        self.inner.lock_holder(key).await
    }

    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
        self.inner.has_table(table).await
    }

    async fn reset(&mut self) -> Result<(), DriverError> {
        self.inner.reset().await
    }

    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        self.inner.session_id().await
    }

    async fn session_lives(&mut self, session: &SessionId) -> Result<bool, DriverError> {
        self.inner.session_lives(session).await
    }

    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        self.inner.definitions(names).await
    }

    async fn untransactional_tables(&mut self) -> Result<Vec<Name>, DriverError> {
        self.inner.untransactional_tables().await
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        self.inner.canceller()
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self.inner.as_any()
    }
}

#[derive(Debug)]
struct CommittingDialect {
    inner: Arc<dyn Dialect>,
    capabilities: Capabilities,
}

impl CommittingDialect {
    fn new(inner: Arc<dyn Dialect>) -> Self {
        let capabilities = Capabilities { transactional_ddl: false, ..inner.capabilities().clone() };
        Self { inner, capabilities }
    }
}

impl Dialect for CommittingDialect {
    fn names(&self) -> &'static [&'static str] {
        self.inner.names()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn lexical(&self) -> &LexicalRules {
        self.inner.lexical()
    }

    fn default_schema(&self) -> Option<&Ident> {
        self.inner.default_schema()
    }

    fn quote(&self, identifier: &Ident) -> String {
        self.inner.quote(identifier)
    }

    fn quote_text(&self, text: &str) -> String {
        self.inner.quote_text(text)
    }

    fn literal(&self, literal: &Literal) -> Option<String> {
        self.inner.literal(literal)
    }

    fn placeholder(&self, position: usize) -> String {
        self.inner.placeholder(position)
    }

    /// Foreign keys are suspended by a transaction, of which nothing is left here.
    fn plan(&self, operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
        let planned = self.inner.plan(operations, before)?;
        Ok(planned
            .into_iter()
            .map(|statement| Statement { suspends_foreign_keys: false, ..statement })
            .collect())
    }

    fn script_transaction(&self, suspend_foreign_keys: bool) -> ScriptTransaction {
        self.inner.script_transaction(suspend_foreign_keys)
    }

    fn script_stops_on_error(&self) -> Option<&'static str> {
        self.inner.script_stops_on_error()
    }

    fn script_statement(&self, sql: String) -> String {
        self.inner.script_statement(sql)
    }

    fn needs(&self, operation: &Operation) -> Needs {
        Needs { suspends_foreign_keys: false, ..self.inner.needs(operation) }
    }

    fn stand_in(&self, column: &Column) -> Option<String> {
        self.inner.stand_in(column)
    }

    fn made_up_options(&self, table: &Name, column: &Column) -> Vec<&'static str> {
        self.inner.made_up_options(table, column)
    }

    fn canonical(&self, declared: &Schema) -> Schema {
        self.inner.canonical(declared)
    }

    fn parse_type(&self, text: &str) -> Type {
        self.inner.parse_type(text)
    }

    fn render_type(&self, ty: &Type) -> Result<String, String> {
        self.inner.render_type(ty)
    }
}
