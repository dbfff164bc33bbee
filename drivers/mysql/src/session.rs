//! A session with a server: how it is opened, pinned to one way of reading SQL, and set back.

use std::time::Duration;

use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind, Row, ServerInfo, Value};
use mysql_async::consts::ColumnType;
use mysql_async::prelude::Queryable;
use mysql_async::{Column, Conn, Params};

use crate::error::from_mysql;
use crate::flavour::{Flavour, Gates};
use crate::leaving::Leaving;
use crate::tls;
use crate::url::Target;

/// The modes that limbeck's statements are read in, whatever the server's are. Strict, so that no value is changed
/// without a word; zero dates and loose GROUP BYs are let through, because what is there already has them.
pub(crate) const SQL_MODE: &str = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/// The settings that a revision may change for the session. `reset` sets back what they were at the beginning. No server
/// has all of them.
const VARIABLES: &[&str] = &[
    "alter_algorithm",
    "auto_increment_increment",
    "auto_increment_offset",
    "autocommit",
    "binlog_format",
    "character_set_client",
    "character_set_collations",
    "character_set_results",
    "check_constraint_checks",
    "collation_connection",
    "collation_database",
    "completion_type",
    "default_collation_for_utf8mb4",
    "default_storage_engine",
    "default_tmp_storage_engine",
    "default_week_format",
    "div_precision_increment",
    "explicit_defaults_for_timestamp",
    "foreign_key_checks",
    "group_concat_max_len",
    "innodb_lock_wait_timeout",
    "innodb_strict_mode",
    "innodb_table_locks",
    "lc_time_names",
    "lock_wait_timeout",
    "max_execution_time",
    "max_join_size",
    "max_sp_recursion_depth",
    "max_statement_time",
    "old_alter_table",
    "optimizer_switch",
    "restrict_fk_on_non_standard_key",
    "show_create_table_skip_secondary_engine",
    "sql_auto_is_null",
    "sql_big_selects",
    "sql_generate_invisible_primary_key",
    "sql_if_exists",
    "sql_log_bin",
    "sql_mode",
    "sql_notes",
    "sql_quote_show_create",
    "sql_require_primary_key",
    "sql_safe_updates",
    "sql_select_limit",
    "sql_warnings",
    "system_versioning_alter_history",
    "system_versioning_insert_history",
    "time_zone",
    "transaction_isolation",
    "transaction_read_only",
    "tx_isolation",
    "tx_read_only",
    "unique_checks",
    "use_secondary_engine",
];

/// The settings by which the server reads a question and writes definitions into its answer.
const READING: &[&str] = &[
    "character_set_client",
    "character_set_results",
    "collation_connection",
    "sql_mode",
    "sql_quote_show_create",
    "sql_select_limit",
];

/// How long statements may wait and run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For a lock.
    pub(crate) lock: Option<Duration>,
    /// To their end.
    pub(crate) statement: Option<Duration>,
    /// To connect.
    pub(crate) connect: Duration,
}

impl Limits {
    pub(crate) fn of(settings: &DatabaseSettings) -> Self {
        Self {
            lock: settings.lock_timeout,
            statement: settings.statement_timeout,
            connect: settings.connect_timeout,
        }
    }
}

/// A connection that is pinned.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) conn: Leaving,
    pub(crate) server: ServerInfo,
    /// What the settings were when it was pinned, as SQL writes them.
    pinned: Vec<(&'static str, String)>,
    database: String,
    /// The collation of the names of tables, once it was asked for.
    names: Option<String>,
}

impl Session {
    /// Connects, and pins the session.
    pub(crate) async fn open(target: &Target, limits: Limits) -> Result<Self, DriverError> {
        let mut conn = Leaving::new(tls::connect(target, limits.connect).await?);
        let rows = run(&mut conn, "SELECT VERSION(), @@version_comment", Params::Empty).await;
        let rows = rows.map_err(|error| from_mysql(&error))?.1;
        let text = |at: usize| rows.first().and_then(|row| row.text(at)).unwrap_or_default().to_owned();
        let (version, comment) = (text(0), text(1));
        let flavour = Flavour::of(&version, &comment);
        let server = ServerInfo::new(flavour.name(), flavour.product(), Flavour::version(&version));
        let database = target.database.clone();
        let mut session = Self { conn, server, pinned: Vec::new(), database, names: None };
        session.pin(limits).await?;
        Ok(session)
    }

    async fn pin(&mut self, limits: Limits) -> Result<(), DriverError> {
        let mut set = vec![format!("sql_mode = '{SQL_MODE}'"), "sql_safe_updates = 0".to_owned()];
        set.extend(
            ["foreign_key_checks = 1", "unique_checks = 1", "autocommit = 1", "sql_notes = 1"]
                .map(str::to_owned),
        );
        // Numbers of seconds, of which there is at least one.
        if let Some(lock) = limits.lock {
            let seconds = lock.as_secs().max(1);
            set.push(format!("lock_wait_timeout = {seconds}"));
            set.push(format!("innodb_lock_wait_timeout = {seconds}"));
        }
        // The server's own collation of utf8mb4, so that a literal in a view or a default is what the server makes of it
        // for any client.
        self.run("SET NAMES utf8mb4").await?;
        self.run(&format!("SET SESSION {}", set.join(", SESSION "))).await?;
        self.timestamps().await?;
        if self.gates().flavour == Flavour::Mariadb {
            // Old rows of a table that keeps them stay when it is altered.
            self.run("SET SESSION system_versioning_alter_history = KEEP").await?;
        }
        let list = VARIABLES.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", ");
        let rows = self.query(&format!("SHOW SESSION VARIABLES WHERE Variable_name IN ({list})")).await?;
        let there = |name: &&&str| rows.iter().any(|row| row.text(0) == Some(**name));
        let names: Vec<&str> = VARIABLES.iter().filter(there).copied().collect();
        let now = self.settings(&names).await?;
        self.pinned = names.into_iter().zip(now).collect();
        Ok(())
    }

    /// A TIMESTAMP column gets nothing that nobody asked for. Old servers let only their configuration say so.
    async fn timestamps(&mut self) -> Result<(), DriverError> {
        let rows = self.query("SELECT @@explicit_defaults_for_timestamp").await?;
        if rows.first().and_then(|row| row.integer(0)) == Some(1) {
            return Ok(());
        }
        if let Err(error) = self.run("SET SESSION explicit_defaults_for_timestamp = 1").await {
            tracing::debug!(%error, "the server gives TIMESTAMP columns defaults of its own");
        }
        Ok(())
    }

    /// What the server can do.
    pub(crate) fn gates(&self) -> Gates {
        Gates::of(&self.server)
    }

    /// Runs a statement of ours.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<(), DriverError> {
        self.query(sql).await.map(|_| ())
    }

    /// Runs a statement of ours and gives back its rows.
    pub(crate) async fn query(&mut self, sql: &str) -> Result<Vec<Row>, DriverError> {
        let rows = run(&mut self.conn, sql, Params::Empty).await;
        rows.map(|(_, rows)| rows).map_err(|error| from_mysql(&error))
    }

    /// What settings are now, as SQL writes them.
    async fn settings(&mut self, names: &[&str]) -> Result<Vec<String>, DriverError> {
        let list = names.iter().map(|name| format!("@@SESSION.{name}")).collect::<Vec<_>>().join(", ");
        let rows = self.query(&format!("SELECT {list}")).await?;
        let Some(row) = rows.first().filter(|row| row.0.len() == names.len()) else {
            return Err(DriverError::new(
                DriverErrorKind::Other,
                "the server does not tell how the session is set",
            ));
        };
        Ok(row.0.iter().map(as_sql).collect())
    }

    /// Sets what counts for reading definitions as it was when the session was pinned, so that they are the same texts in
    /// whatever session a revision is under way. What it was, to be set again.
    pub(crate) async fn set_reading(&mut self) -> Result<Vec<(&'static str, String)>, DriverError> {
        let pinned: Vec<(&'static str, String)> =
            self.pinned.iter().filter(|(name, _)| READING.contains(name)).cloned().collect();
        let names: Vec<&str> = pinned.iter().map(|(name, _)| *name).collect();
        let now = self.settings(&names).await?;
        let (to, from): (Vec<_>, Vec<_>) = pinned
            .into_iter()
            .zip(now)
            .filter(|((_, before), now)| now != before)
            .map(|((name, before), now)| ((name, before), (name, now)))
            .unzip();
        self.set(&to).await?;
        Ok(from)
    }

    /// The collation in which MySQL keeps the names of tables.
    pub(crate) async fn collation_of_names(&mut self) -> Result<String, DriverError> {
        if let Some(known) = &self.names {
            return Ok(known.clone());
        }
        let sql = "SELECT COLLATION(TABLE_NAME) FROM information_schema.TABLES \
                   WHERE TABLE_SCHEMA = 'information_schema' AND TABLE_NAME = 'TABLES'";
        let rows = self.query(sql).await?;
        let Some(collation) = rows.first().and_then(|row| row.text(0)) else {
            return Err(DriverError::new(
                DriverErrorKind::Other,
                "the server does not tell how it compares names",
            ));
        };
        self.names = Some(collation.to_owned());
        Ok(collation.to_owned())
    }

    /// Sets these for the session.
    pub(crate) async fn set(&mut self, settings: &[(&'static str, String)]) -> Result<(), DriverError> {
        if settings.is_empty() {
            return Ok(());
        }
        let all: Vec<String> =
            settings.iter().map(|(name, value)| format!("SESSION {name} = {value}")).collect();
        self.run(&format!("SET {}", all.join(", "))).await
    }

    /// Sets back what was changed since the session was pinned. The lock stays: what would drop it is not used.
    pub(crate) async fn reset(&mut self) -> Result<(), DriverError> {
        self.run("UNLOCK TABLES").await?;
        // Or the answers to the questions below could be cut short; and the clock, which may have been stopped.
        self.run("SET SESSION sql_select_limit = DEFAULT, timestamp = DEFAULT").await?;
        self.run(&format!("USE {}", quoted(&self.database))).await?;
        let names: Vec<&str> = self.pinned.iter().map(|(name, _)| *name).collect();
        let now = self.settings(&names).await?;
        let changed: Vec<(&'static str, String)> = self
            .pinned
            .iter()
            .zip(&now)
            .filter(|((_, before), now)| now != &before)
            .map(|(pinned, _)| pinned.clone())
            .collect();
        self.set(&changed).await
    }
}

/// Runs one text. How many rows it changed, and the rows of all that it answers.
pub(crate) async fn run(
    conn: &mut Conn,
    sql: &str,
    parameters: Params,
) -> Result<(u64, Vec<Row>), mysql_async::Error> {
    let mut found = Vec::new();
    let mut gather = |rows: Vec<mysql_async::Row>| found.extend(rows.iter().map(row_of));
    match parameters {
        Params::Empty => {
            let mut result = conn.query_iter(sql).await?;
            while !result.is_empty() {
                gather(result.collect().await?);
            }
            result.drop_result().await?;
        }
        parameters => {
            let mut result = conn.exec_iter(sql, parameters).await?;
            while !result.is_empty() {
                gather(result.collect().await?);
            }
            result.drop_result().await?;
        }
    }
    Ok((conn.affected_rows(), found))
}

/// A name in its quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A value as SQL writes it, for a variable.
fn as_sql(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(truth) => i64::from(*truth).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Text(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
        Value::Bytes(bytes) => format!("'{}'", String::from_utf8_lossy(bytes).replace('\'', "''")),
    }
}

/// What goes to the server for a value.
pub(crate) fn bound(value: &Value) -> mysql_async::Value {
    match value {
        Value::Null => mysql_async::Value::NULL,
        Value::Bool(truth) => mysql_async::Value::Int(i64::from(*truth)),
        Value::Integer(number) => mysql_async::Value::Int(*number),
        Value::Float(number) => mysql_async::Value::Double(*number),
        Value::Text(text) => mysql_async::Value::Bytes(text.clone().into_bytes()),
        Value::Bytes(bytes) => mysql_async::Value::Bytes(bytes.clone()),
    }
}

fn row_of(row: &mysql_async::Row) -> Row {
    let columns = row.columns_ref();
    let values = columns.iter().enumerate().map(|(at, column)| match row.as_ref(at) {
        Some(value) => value_of(value, column),
        None => Value::Null,
    });
    Row(values.collect())
}

/// The character set of bytes that are no text.
const BINARY: u16 = 63;

fn value_of(value: &mysql_async::Value, column: &Column) -> Value {
    match value {
        mysql_async::Value::NULL => Value::Null,
        mysql_async::Value::Int(number) => Value::Integer(*number),
        mysql_async::Value::UInt(number) => {
            i64::try_from(*number).map_or_else(|_| Value::Text(number.to_string()), Value::Integer)
        }
        mysql_async::Value::Float(number) => Value::Float(f64::from(*number)),
        mysql_async::Value::Double(number) => Value::Float(*number),
        mysql_async::Value::Bytes(bytes) => text_of(bytes, column),
        // Dates and times, as SQL writes them, without the quotes.
        other => Value::Text(other.as_sql(true).trim_matches('\'').to_owned()),
    }
}

/// What the text that a server sends is, by its column.
fn text_of(bytes: &[u8], column: &Column) -> Value {
    let text = || std::str::from_utf8(bytes).ok();
    match column.column_type() {
        ColumnType::MYSQL_TYPE_TINY
        | ColumnType::MYSQL_TYPE_SHORT
        | ColumnType::MYSQL_TYPE_INT24
        | ColumnType::MYSQL_TYPE_LONG
        | ColumnType::MYSQL_TYPE_LONGLONG
        | ColumnType::MYSQL_TYPE_YEAR => {
            let number = text().and_then(|text| text.parse().ok());
            number.map_or_else(|| as_text(bytes), Value::Integer)
        }
        ColumnType::MYSQL_TYPE_FLOAT | ColumnType::MYSQL_TYPE_DOUBLE => {
            let number = text().and_then(|text| text.parse().ok());
            number.map_or_else(|| as_text(bytes), Value::Float)
        }
        ColumnType::MYSQL_TYPE_STRING
        | ColumnType::MYSQL_TYPE_VAR_STRING
        | ColumnType::MYSQL_TYPE_VARCHAR
        | ColumnType::MYSQL_TYPE_BLOB
        | ColumnType::MYSQL_TYPE_TINY_BLOB
        | ColumnType::MYSQL_TYPE_MEDIUM_BLOB
        | ColumnType::MYSQL_TYPE_LONG_BLOB
        | ColumnType::MYSQL_TYPE_BIT
        | ColumnType::MYSQL_TYPE_GEOMETRY
            if column.character_set() == BINARY =>
        {
            Value::Bytes(bytes.to_vec())
        }
        _ => as_text(bytes),
    }
}

fn as_text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => Value::Text(text.to_owned()),
        Err(_) => Value::Bytes(bytes.to_vec()),
    }
}
