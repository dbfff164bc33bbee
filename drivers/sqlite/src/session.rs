use std::path::{Path, PathBuf};

use limbeck_core::driver::{
    Access, DriverError, DriverErrorKind, LockKey, RecordTables, Row, TransactionMode, Value,
};
use limbeck_core::ident::{Ident, Name};
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection, OpenFlags};

use crate::busy;
use crate::error::{from_sqlite, from_statement};
use crate::foreign_keys::Violations;
use crate::lock::{self, FileLock};
use crate::soundness::Soundness;
use crate::url::Mode;

/// What is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// What its URL lets anybody do with it.
        mode: Mode,
        /// What it is opened for.
        access: Access,
    },
    /// Memory of the session's own.
    Memory,
}

/// The settings that a revision may change for the session. `reset` sets back what they were at the beginning.
const PRAGMAS: [&str; 10] = [
    "foreign_keys",
    "defer_foreign_keys",
    "legacy_alter_table",
    "recursive_triggers",
    "ignore_check_constraints",
    "reverse_unordered_selects",
    "query_only",
    "writable_schema",
    "trusted_schema",
    "synchronous",
];

/// What `PRAGMA temp_store` says of temporary things that are kept in a file.
const TEMP_IN_FILE: i64 = 1;

/// What `PRAGMA temp_store` says of temporary things that are kept in memory.
const TEMP_IN_MEMORY: i64 = 2;

/// A SQLite connection with what limbeck knows of it. It lives on the thread of its [`Worker`](crate::worker::Worker).
pub(crate) struct Session {
    // Before the locks, so that whatever is open is rolled back before somebody else gets them.
    connection: Connection,
    locks: Vec<(LockKey, Option<FileLock>)>,
    file: Option<PathBuf>,
    transaction: Option<Suspended>,
    /// What the settings were at the beginning; nothing, as long as the database could not be looked at.
    defaults: Vec<(&'static str, i64)>,
}

/// What a transaction that keeps foreign keys from acting must know at its end.
struct Suspended {
    /// What the pragma is set back to.
    foreign_keys: i64,
    /// The rows that pointed nowhere when it began.
    before: Violations,
    /// The views and triggers that worked when it began.
    working: Soundness,
}

impl Session {
    /// Opens `target` and makes sure that it is a database.
    pub(crate) fn open(target: &Target) -> Result<Self, DriverError> {
        let file = match target {
            Target::File { path, mode, access } => flags(path, *mode, *access)?.map(|flags| (path, flags)),
            Target::Memory => None,
        };
        let (mut connection, file) = match file {
            Some((path, flags)) => {
                // A name that begins with `file:` is no URI here: the URL's own rules hold.
                let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                    .map_err(|error| of_file(from_sqlite(&error), path))?;
                (connection, Some(path.clone()))
            }
            None => (Connection::open_in_memory().map_err(|error| from_sqlite(&error))?, None),
        };
        busy::install(&mut connection)?;
        let mut session =
            Self { connection, locks: Vec::new(), file, transaction: None, defaults: Vec::new() };
        session.run("PRAGMA foreign_keys = ON")?;
        // A migration that is under way may let nobody read for as long as it takes. It is the migration lock that is
        // waited for then.
        if session.is_migrated() {
            return Ok(session);
        }
        match session.look() {
            Err(error) if error.kind == DriverErrorKind::Busy && session.is_migrated() => Ok(session),
            looked => looked.map(|()| session),
        }
    }

    /// Whether somebody holds the migration lock of the usual record. Trouble with its file is for those who take it.
    fn is_migrated(&self) -> bool {
        let Some(file) = &self.file else { return false };
        let key = LockKey { record: Name::new(RecordTables::default().revisions) };
        let holder = lock::lock_path(file, &key).and_then(|path| lock::holder(&path));
        holder.is_ok_and(|holder| holder.is_some())
    }

    /// Makes sure that it is a database, and notes its settings.
    fn look(&mut self) -> Result<(), DriverError> {
        // SQLite opens whatever it is given; only reading shows whether it is a database.
        self.integer("PRAGMA schema_version").map_err(|error| match &self.file {
            Some(path) => of_file(error, path),
            None => error,
        })?;
        let mut defaults = Vec::with_capacity(PRAGMAS.len());
        for pragma in PRAGMAS {
            defaults.push((pragma, self.integer(&format!("PRAGMA {pragma}"))?));
        }
        self.defaults = defaults;
        Ok(())
    }

    /// Runs one statement and passes over its rows. How many rows it changed, without those that triggers and foreign
    /// keys changed.
    pub(crate) fn execute(&self, sql: &str, parameters: &[Value]) -> Result<u64, DriverError> {
        let before = self.connection.total_changes();
        self.each_row(sql, parameters, |_| Ok(()))?;
        // `changes` keeps the number of the last INSERT, UPDATE or DELETE through statements that are none.
        Ok(if self.connection.total_changes() == before { 0 } else { self.connection.changes() })
    }

    /// Runs one statement and gives back its rows.
    pub(crate) fn query(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, DriverError> {
        let mut rows = Vec::new();
        self.each_row(sql, parameters, |row| {
            rows.push(row_of(row)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands each row of one statement to `visit`.
    pub(crate) fn each_row(
        &self,
        sql: &str,
        parameters: &[Value],
        mut visit: impl FnMut(&rusqlite::Row<'_>) -> Result<(), rusqlite::Error>,
    ) -> Result<(), DriverError> {
        let mut batch = Batch::new(&self.connection, sql);
        let Some(mut statement) = batch.next().map_err(|error| from_statement(&error, sql))? else {
            return Ok(());
        };
        // SQLite would run the first statement and say nothing of the others. What cannot be prepared is a statement too.
        if !matches!(batch.next(), Ok(None)) {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                "one statement was expected, and there is more text behind it",
            ));
        }
        if statement.parameter_count() != parameters.len() {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                format!(
                    "the statement takes {} parameters and was given {}",
                    statement.parameter_count(),
                    parameters.len()
                ),
            ));
        }
        let mut run = || {
            for (at, value) in parameters.iter().enumerate() {
                statement.raw_bind_parameter(at + 1, bound(value))?;
            }
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                visit(row)?;
            }
            Ok(())
        };
        run().map_err(|error| from_statement(&error, sql))
    }

    /// Runs a statement of ours that needs no parameters.
    fn run(&self, sql: &str) -> Result<(), DriverError> {
        self.each_row(sql, &[], |_| Ok(()))
    }

    /// The one number that a statement of ours answers; 0 if it answers nothing, as a pragma does that the library lacks.
    fn integer(&self, sql: &str) -> Result<i64, DriverError> {
        let mut found = 0;
        self.each_row(sql, &[], |row| {
            found = row.get(0)?;
            Ok(())
        })?;
        Ok(found)
    }

    pub(crate) fn begin(&mut self, mode: TransactionMode) -> Result<(), DriverError> {
        if !self.connection.is_autocommit() {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                "a transaction is open already: SQLite does not nest them",
            ));
        }
        self.restore_foreign_keys()?;
        if !mode.suspend_foreign_keys {
            return self.run("BEGIN IMMEDIATE");
        }
        // Inside a transaction SQLite passes this pragma over without a word.
        let foreign_keys = self.integer("PRAGMA foreign_keys")?;
        let suspended =
            |before: Violations, working: Soundness| Some(Suspended { foreign_keys, before, working });
        self.transaction = suspended(Violations::default(), Soundness::default());
        let begun = self
            .run("PRAGMA foreign_keys = OFF")
            .and_then(|()| self.run("BEGIN IMMEDIATE"))
            .and_then(|()| Ok((Violations::find(self)?, Soundness::find(&self.connection)?)));
        match begun {
            Ok((before, working)) => {
                self.transaction = suspended(before, working);
                Ok(())
            }
            Err(error) => {
                // If even that fails, the next `begin` or `reset` tries again.
                if let Err(error) = self.rollback() {
                    tracing::warn!(%error, "foreign keys are still switched off for this session");
                }
                Err(error)
            }
        }
    }

    pub(crate) fn commit(&mut self) -> Result<(), DriverError> {
        if self.connection.is_autocommit() {
            self.restore_foreign_keys()?;
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                "there is no transaction to commit: one of its statements has ended it",
            )
            .with_help("leave COMMIT, ROLLBACK and `ON CONFLICT ROLLBACK` out of revisions"));
        }
        if let Some(suspended) = &self.transaction {
            Violations::find(self)?.refuse_more_than(&suspended.before)?;
            Soundness::find(&self.connection)?.refuse_less_than(&suspended.working)?;
        }
        self.run("COMMIT")?;
        if let Err(error) = self.restore_foreign_keys() {
            // What was asked for is done, so this is no failure of it; the next `begin` or `reset` tries again and fails
            // if it must.
            tracing::warn!(%error, "foreign keys are still switched off for this session");
        }
        Ok(())
    }

    /// Ends the transaction, if there is one, and switches foreign keys on again.
    pub(crate) fn rollback(&mut self) -> Result<(), DriverError> {
        // Some errors roll back by themselves: a full disk, an interrupt within a change.
        if !self.connection.is_autocommit() {
            self.run("ROLLBACK")?;
        }
        self.restore_foreign_keys()
    }

    fn restore_foreign_keys(&mut self) -> Result<(), DriverError> {
        if let Some(suspended) = &self.transaction {
            self.run(&format!("PRAGMA foreign_keys = {}", suspended.foreign_keys))?;
            self.transaction = None;
        }
        Ok(())
    }

    pub(crate) fn try_lock(&mut self, key: &LockKey) -> Result<bool, DriverError> {
        if self.locks.iter().any(|(held, _)| held == key) {
            return Err(DriverError::new(
                DriverErrorKind::Other,
                format!("this session holds the migration lock of {} already", key.record),
            ));
        }
        // What lives in memory has no second session.
        let lock = match &self.file {
            Some(file) => match FileLock::try_take(&lock::lock_path(file, key)?)? {
                Some(lock) => Some(lock),
                None => return Ok(false),
            },
            None => None,
        };
        if self.defaults.is_empty() {
            self.look()?;
        }
        self.locks.push((key.clone(), lock));
        Ok(true)
    }

    pub(crate) fn unlock(&mut self, key: &LockKey) -> Result<(), DriverError> {
        let Some(at) = self.locks.iter().position(|(held, _)| held == key) else {
            return Err(DriverError::new(
                DriverErrorKind::Other,
                format!("this session does not hold the migration lock of {}", key.record),
            ));
        };
        self.locks.remove(at);
        Ok(())
    }

    pub(crate) fn lock_holder(&self, key: &LockKey) -> Result<Option<String>, DriverError> {
        match &self.file {
            Some(file) => lock::holder(&lock::lock_path(file, key)?),
            None => Ok(self
                .locks
                .iter()
                .any(|(held, _)| held == key)
                .then(|| format!("pid {}", std::process::id()))),
        }
    }

    /// Whether there is a table `table`, whatever the case of its letters.
    pub(crate) fn has_table(&self, table: &Name) -> Result<bool, DriverError> {
        let schema = table.schema.as_ref().map_or("main", Ident::as_str);
        let attached = self
            .query("SELECT name FROM pragma_database_list WHERE name = ? COLLATE NOCASE", &[schema.into()])?;
        if attached.is_empty() {
            return Ok(false);
        }
        let found = self.query(
            &format!(
                "SELECT 1 FROM \"{}\".sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE",
                schema.replace('"', "\"\"")
            ),
            &[table.name.as_str().into()],
        )?;
        Ok(!found.is_empty())
    }

    /// Sets the session's pragmas back to what they were when it was opened, and takes away what is temporary and
    /// databases that were attached since.
    pub(crate) fn reset(&mut self) -> Result<(), DriverError> {
        if !self.connection.is_autocommit() {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                "a session cannot be reset while a transaction is open",
            ));
        }
        self.restore_foreign_keys()?;
        // `PRAGMA busy_timeout` puts a handler of SQLite's own in the place of ours.
        busy::install(&mut self.connection)?;
        self.drop_temporary()?;
        for (pragma, value) in &self.defaults {
            if self.integer(&format!("PRAGMA {pragma}"))? != *value {
                self.run(&format!("PRAGMA {pragma} = {value}"))?;
            }
        }
        for row in self.query("PRAGMA database_list", &[])? {
            match row.text(1) {
                Some("main" | "temp") | None => {}
                Some(name) => {
                    self.execute("DETACH DATABASE ?", &[name.into()])?;
                }
            }
        }
        Ok(())
    }

    /// Drops what is temporary: it would stand before whatever of the database has its name.
    fn drop_temporary(&self) -> Result<(), DriverError> {
        if self.integer("SELECT count(*) FROM pragma_database_list WHERE name = 'temp'")? == 0 {
            return Ok(());
        }
        // With its place SQLite drops all that is kept there, whatever points at what.
        let kept = self.integer("PRAGMA temp_store")?;
        let other = if kept == TEMP_IN_MEMORY { TEMP_IN_FILE } else { TEMP_IN_MEMORY };
        self.run(&format!("PRAGMA temp_store = {other}"))?;
        self.run(&format!("PRAGMA temp_store = {kept}"))
    }

    /// Makes the session as good as new for the next one who gets it: nothing open, nothing locked.
    pub(crate) fn clean(&mut self) -> Result<(), DriverError> {
        self.locks.clear();
        self.rollback()?;
        self.reset()
    }

    /// Something that interrupts the statement that runs.
    pub(crate) fn interrupt_handle(&self) -> rusqlite::InterruptHandle {
        self.connection.get_interrupt_handle()
    }
}

/// How the file `path` is opened; `None` if nothing is, since there is none and an empty database will do.
fn flags(path: &Path, mode: Mode, access: Access) -> Result<Option<OpenFlags>, DriverError> {
    let refused = |message: String| DriverError::new(DriverErrorKind::Connect, message);
    let shown = path.display();
    let there = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            return Err(refused(format!("{shown} is a folder, not a database file"))
                .with_help("name the file in the database's url"));
        }
        Ok(_) => true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(refused(format!("{shown} cannot be opened: {error}"))),
    };
    match (there, access, mode) {
        (true, _, Mode::ReadOnly) => Ok(Some(OpenFlags::SQLITE_OPEN_READ_ONLY)),
        // For reading, too: the last reader of a WAL database tidies its files up, and whoever comes first after a crash
        // rolls back. SQLite itself falls back to reading if the file is write-protected.
        (true, ..) => Ok(Some(OpenFlags::SQLITE_OPEN_READ_WRITE)),
        (false, Access::Read, _) => Ok(None),
        (false, Access::Write, Mode::Create) => match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
                Err(refused(format!("{shown} cannot be made: there is no folder {}", folder.display()))
                    .with_help("make the folder, or correct the database's url"))
            }
            _ => Ok(Some(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)),
        },
        (false, Access::Write | Access::Source, _) => {
            Err(refused(format!("there is no file {shown}")).with_help("check the database's url"))
        }
    }
}

fn of_file(mut error: DriverError, path: &Path) -> DriverError {
    error.message = format!("{}: {}", path.display(), error.message);
    error
}

fn bound(value: &Value) -> rusqlite::types::ToSqlOutput<'_> {
    rusqlite::types::ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Bool(truth) => ValueRef::Integer(i64::from(*truth)),
        Value::Integer(number) => ValueRef::Integer(*number),
        Value::Float(number) => ValueRef::Real(*number),
        Value::Text(text) => ValueRef::Text(text.as_bytes()),
        Value::Bytes(bytes) => ValueRef::Blob(bytes),
    })
}

fn row_of(row: &rusqlite::Row<'_>) -> Result<Row, rusqlite::Error> {
    // Asked of the row, since a statement that was prepared anew may have another number than before.
    let columns = row.as_ref().column_count();
    (0..columns).map(|column| Ok(value_of(row.get_ref(column)?))).collect::<Result<_, _>>().map(Row)
}

fn value_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Float(number),
        // SQLite does not look at what it is given as a text.
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(text.to_owned()),
        },
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_owned()),
    }
}
