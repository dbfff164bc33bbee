use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use limbeck_core::driver::{
    Canceller, Connection, Definition, DriverError, DriverErrorKind, LockKey, Row, ServerInfo, SessionId,
    TransactionMode, Value,
};
use limbeck_core::ident::Name;
use mysql_async::Params;

use crate::asserted::asserted;
use crate::cancel::Killer;
use crate::definitions;
use crate::error::from_statement;
use crate::flavour::Gates;
use crate::lock;
use crate::session::{Limits, Session, bound, run};
use crate::url::Target;

/// A session with a MySQL or MariaDB server.
#[derive(Debug)]
pub struct MysqlConnection {
    session: Session,
    target: Target,
    limits: Limits,
    /// The locks that this session holds.
    held: Vec<LockKey>,
    transaction: Option<TransactionMode>,
}

impl MysqlConnection {
    pub(crate) fn new(session: Session, target: Target, limits: Limits) -> Self {
        Self { session, target, limits, held: Vec::new(), transaction: None }
    }

    /// Whether views, triggers, routines and events are read with who they are run as.
    pub(crate) fn keeps_definers(&self) -> bool {
        self.target.keeps_definers
    }

    /// What the server can do.
    pub fn gates(&self) -> Gates {
        self.session.gates()
    }

    /// Runs a text for as long as a statement may run, and has it stopped then. How many rows it changed, and its rows.
    /// `said` is the text as it was given, in which errors have their places.
    async fn within(
        &mut self,
        sql: &str,
        said: &str,
        parameters: &[Value],
    ) -> Result<(u64, Vec<Row>), DriverError> {
        let killer = self.killer();
        let limit = self.limits.statement;
        let parameters = match parameters {
            [] => Params::Empty,
            values => Params::Positional(values.iter().map(bound).collect()),
        };
        let work = run(&mut self.session.conn, sql, parameters);
        tokio::pin!(work);
        let result = match limit {
            None => work.await,
            Some(limit) => tokio::select! {
                biased;
                result = &mut work => result,
                () = tokio::time::sleep(limit) => {
                    killer.cancel().await?;
                    // The server answers that it was stopped, or that it was done before.
                    match work.await {
                        Ok(value) => Ok(value),
                        Err(_) => return Err(DriverError::new(
                            DriverErrorKind::Timeout,
                            format!("the statement was stopped after {limit:?}"),
                        ).with_help("raise `statement_timeout`")),
                    }
                }
            },
        };
        result.map_err(|error| from_statement(&error, said))
    }

    /// When the server was started, in seconds, give or take one.
    async fn started(&mut self) -> Result<i64, DriverError> {
        let now = self.session.query("SELECT UNIX_TIMESTAMP()").await?;
        let up = self.session.query("SHOW GLOBAL STATUS LIKE 'Uptime'").await?;
        let now = now.first().and_then(|row| row.integer(0));
        let up = up.first().and_then(|row| row.text(1)?.parse::<i64>().ok());
        match (now, up) {
            (Some(now), Some(up)) => Ok(now - up),
            _ => Err(DriverError::new(
                DriverErrorKind::Other,
                "the server does not say how long it has been up",
            )),
        }
    }

    fn killer(&self) -> Arc<Killer> {
        Arc::new(Killer::new(self.target.clone(), self.session.conn.id(), self.limits.connect))
    }
}

/// How many seconds two answers about one start of a server may differ by.
const CLOCK: u64 = 2;

#[async_trait]
impl Connection for MysqlConnection {
    fn server(&self) -> &ServerInfo {
        &self.session.server
    }

    async fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        let asserted = asserted(self.target.alter, self.session.gates().flavour, sql);
        Ok(self.within(asserted.as_deref().unwrap_or(sql), sql, parameters).await?.0)
    }

    /// As [`Connection::query`]; of a text with several statements, the rows of all of them.
    async fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        Ok(self.within(sql, sql, parameters).await?.1)
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        if self.transaction.is_some() {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                "a transaction is open already: the server would commit it",
            ));
        }
        if mode.suspend_foreign_keys {
            return Err(DriverError::new(
                DriverErrorKind::Unsupported,
                "foreign keys cannot be checked at the end of a transaction here, so that they are not suspended",
            ));
        }
        self.session.run("START TRANSACTION").await?;
        self.transaction = Some(mode);
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), DriverError> {
        if self.transaction.is_none() {
            return Err(DriverError::new(DriverErrorKind::Statement, "there is no transaction to commit"));
        }
        self.session.run("COMMIT").await?;
        self.transaction = None;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), DriverError> {
        if self.transaction.take().is_some() {
            self.session.run("ROLLBACK").await?;
        }
        Ok(())
    }

    async fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        if self.held.contains(key) {
            return Err(DriverError::new(
                DriverErrorKind::Other,
                format!("this session holds the migration lock of {} already", key.record),
            ));
        }
        let taken = lock::take(&mut self.session, &lock::name(&self.target.database, key)).await?;
        if taken {
            self.held.push(key.clone());
        }
        Ok(taken)
    }

    async fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        let name = lock::name(&self.target.database, key);
        self.held.retain(|held| held != key);
        lock::release(&mut self.session, &name, key).await
    }

    async fn lock_holder(&mut self, key: &LockKey) -> Result<Option<String>, DriverError> {
        lock::holder(&mut self.session, &lock::name(&self.target.database, key)).await
    }

    async fn has_table(&mut self, table: &Name) -> Result<bool, DriverError> {
        let (schema, mut values) = match &table.schema {
            Some(schema) => ("?", vec![Value::from(schema.as_str())]),
            None => ("DATABASE()", Vec::new()),
        };
        values.push(table.name.as_str().into());
        let sql = format!(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = ? \
             AND TABLE_TYPE <> 'VIEW'"
        );
        Ok(!self.query(&sql, &values).await?.is_empty())
    }

    async fn reset(&mut self) -> Result<(), DriverError> {
        if self.transaction.is_some() {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                "a session cannot be reset while a transaction is open",
            ));
        }
        self.session.reset().await
    }

    /// The server counts its sessions anew when it starts.
    async fn session_id(&mut self) -> Result<Option<SessionId>, DriverError> {
        let id = self.session.conn.id().to_string();
        Ok(Some(SessionId { id, started: self.started().await?.to_string() }))
    }

    async fn session_lives(&mut self, session: &SessionId) -> Result<bool, DriverError> {
        let (Ok(id), Ok(started)) = (session.id.parse::<i64>(), session.started.parse::<i64>()) else {
            return Ok(false);
        };
        // What the server says is rounded to seconds, at both ends.
        if self.started().await?.abs_diff(started) > CLOCK {
            return Ok(false);
        }
        let sql = "SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ?";
        Ok(!self.query(sql, &[id.into()]).await?.is_empty())
    }

    async fn definitions(&mut self, names: &[Name]) -> Result<Option<Vec<Definition>>, DriverError> {
        let changed = self.session.set_reading().await?;
        let found = definitions::of(&mut self.session, names).await;
        // Without the connection, nothing is to be set back, and what was to be read says more.
        let restored = self.session.set(&changed).await;
        let found = found?;
        restored?;
        Ok(Some(found))
    }

    async fn untransactional_tables(&mut self) -> Result<Vec<Name>, DriverError> {
        let sql = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() \
                   AND TABLE_TYPE = 'BASE TABLE' AND ENGINE IN \
                   (SELECT ENGINE FROM information_schema.ENGINES WHERE COALESCE(TRANSACTIONS, 'NO') <> 'YES')";
        let rows = self.query(sql, &[]).await?;
        let mut found: Vec<String> = rows.iter().filter_map(|row| row.text(0)).map(str::to_owned).collect();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        // What changes rows of a table whose triggers write there changes theirs; what they call may write anywhere.
        let sql = "SELECT EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS \
                   WHERE EVENT_OBJECT_SCHEMA = DATABASE()";
        let rows = self.query(sql, &[]).await?;
        let mut triggers: Vec<(String, String)> = rows
            .iter()
            .filter_map(|row| Some((row.text(0)?.to_owned(), row.text(1)?.to_lowercase())))
            .collect();
        loop {
            let writes = |body: &str| {
                body.contains("call") || found.iter().any(|table| body.contains(&table.to_lowercase()))
            };
            let (reached, left): (Vec<_>, Vec<_>) =
                std::mem::take(&mut triggers).into_iter().partition(|(_, body)| writes(body));
            triggers = left;
            if reached.is_empty() {
                break;
            }
            found.extend(reached.into_iter().map(|(table, _)| table));
        }
        found.sort();
        found.dedup();
        Ok(found.into_iter().map(Name::new).collect())
    }

    fn canceller(&self) -> Arc<dyn Canceller> {
        self.killer()
    }

    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}
