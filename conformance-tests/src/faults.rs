//! A driver whose sessions die: at a call of choice the session is gone, as if the process or the server had been killed
//! there, either before the server did what was asked or behind its back, when it had done it and nobody learned so.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use limbeck_core::driver::{
    Access, Canceller, Connection, Database, DatabaseSettings, Definition, Dialect, Driver, DriverError,
    DriverErrorKind, Introspector, LockKey, Row, ScratchDatabase, ServerInfo, SessionId, TransactionMode,
    Value,
};
use limbeck_core::ident::Name;

/// Whether the last call of a session that dies is still carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// It is not: the session dies on the way to the server.
    Before,
    /// It is: the session dies before the answer comes.
    After,
}

/// At which call a session dies. Calls are counted over all sessions of a driver.
#[derive(Debug)]
pub struct Fault {
    at: usize,
    death: Death,
    calls: AtomicUsize,
}

impl Fault {
    /// One at the call `at`, counted from 0.
    pub fn at(at: usize, death: Death) -> Arc<Self> {
        Arc::new(Self { at, death, calls: AtomicUsize::new(0) })
    }

    /// None at all: to count the calls.
    pub fn never() -> Arc<Self> {
        Self::at(usize::MAX, Death::Before)
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Whether it has happened.
    pub fn has_struck(&self) -> bool {
        self.calls() > self.at
    }

    /// Counts a call, and says how it ends for the session, if it does.
    fn strikes(&self) -> Option<Death> {
        (self.calls.fetch_add(1, Ordering::Relaxed) == self.at).then_some(self.death)
    }
}

/// Another driver, whose sessions die at a fault.
#[derive(Debug)]
pub struct FaultyDriver {
    inner: Arc<dyn Driver>,
    fault: Arc<Fault>,
}

impl FaultyDriver {
    /// What `inner` does, until `fault` comes.
    pub fn new(inner: Arc<dyn Driver>, fault: Arc<Fault>) -> Self {
        Self { inner, fault }
    }
}

#[async_trait]
impl Driver for FaultyDriver {
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
        self.inner.dialect(server)
    }

    fn offline_dialect(&self, name: &str) -> Option<Arc<dyn Dialect>> {
        self.inner.offline_dialect(name)
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
        Ok(Box::new(FaultyDatabase { inner, fault: Arc::clone(&self.fault) }))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        self.inner.scratch().await
    }
}

#[derive(Debug)]
struct FaultyDatabase {
    inner: Box<dyn Database>,
    fault: Arc<Fault>,
}

#[async_trait]
impl Database for FaultyDatabase {
    fn server(&self) -> &ServerInfo {
        self.inner.server()
    }

    async fn acquire(&self) -> Result<Box<dyn Connection>, DriverError> {
        let inner = self.inner.acquire().await?;
        let (server, canceller) = (inner.server().clone(), inner.canceller());
        Ok(Box::new(FaultyConnection {
            inner: Some(inner),
            server,
            canceller,
            fault: Arc::clone(&self.fault),
        }))
    }

    async fn scratch(&self) -> Result<Box<dyn ScratchDatabase>, DriverError> {
        self.inner.scratch().await
    }
}

/// A session that dies at a fault.
struct FaultyConnection {
    /// The session; none, when it is dead.
    inner: Option<Box<dyn Connection>>,
    server: ServerInfo,
    canceller: Arc<dyn Canceller>,
    fault: Arc<Fault>,
}

fn dead() -> DriverError {
    DriverError::new(DriverErrorKind::Lost, "the session was killed by a test")
}

/// One call: on the session, if it lives, and its end, if the fault strikes.
macro_rules! call {
    ($self:ident, $inner:ident => $call:expr) => {{
        let strikes = $self.fault.strikes();
        if strikes == Some(Death::Before) {
            $self.inner = None;
        }
        let $inner = $self.inner.as_mut().ok_or_else(dead)?;
        let answer = $call.await;
        if strikes == Some(Death::After) {
            $self.inner = None;
            return Err(dead());
        }
        answer
    }};
}

#[async_trait]
impl Connection for FaultyConnection {
    fn server(&self) -> &ServerInfo {
        &self.server
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        call!(self, inner => inner.execute(sql, parameters))
    }

    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        call!(self, inner => inner.query(sql, parameters))
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        call!(self, inner => inner.begin(mode))
    }

    async fn commit(&mut self) -> Result<(), DriverError> {
        call!(self, inner => inner.commit())
    }

    async fn rollback(&mut self) -> Result<(), DriverError> {
        call!(self, inner => inner.rollback())
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        call!(self, inner => inner.try_lock(key))
    }

    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        call!(self, inner => inner.unlock(key))
    }

    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
        call!(self, inner => inner.lock_holder(key))
    }

    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
        call!(self, inner => inner.has_table(table))
    }

    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        call!(self, inner => inner.session_id())
    }

    async fn session_lives(&mut self, session: &SessionId) -> Result<bool, DriverError> {
        call!(self, inner => inner.session_lives(session))
    }

    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        call!(self, inner => inner.definitions(names))
    }

    async fn untransactional_tables(&mut self) -> Result<Vec<Name>, DriverError> {
        call!(self, inner => inner.untransactional_tables())
    }

    async fn reset(&mut self) -> Result<(), DriverError> {
        call!(self, inner => inner.reset())
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        Arc::clone(&self.canceller)
    }

    fn as_any(&mut self) -> &mut dyn Any {
        if self.inner.is_none() {
            return self;
        }
        self.inner.as_mut().map_or(&mut self.canceller as &mut dyn Any, |inner| inner.as_any())
    }
}
