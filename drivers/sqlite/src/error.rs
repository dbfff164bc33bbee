use limbeck_core::driver::{DriverError, DriverErrorKind};
use rusqlite::ErrorCode;

/// What SQLite said, as limbeck says it.
pub(crate) fn from_sqlite(error: &rusqlite::Error) -> DriverError {
    from_statement(error, "")
}

/// What SQLite said of the statement `sql`, as limbeck says it.
pub(crate) fn from_statement(error: &rusqlite::Error, sql: &str) -> DriverError {
    if let rusqlite::Error::SqliteFailure(code, message) = error {
        return failure(*code, message.as_deref().unwrap_or_default());
    }
    let text = error.to_string();
    // An error that points into its statement is a variant that some of the versions that we take do not have, so that it
    // cannot be named: it is known by its cause, and its text is `… in STATEMENT at offset 7`.
    let cause =
        std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<rusqlite::ffi::Error>());
    let Some(code) = cause else { return DriverError::new(DriverErrorKind::Other, text) };
    let (text, offset) = text.rsplit_once(" at offset ").unwrap_or((&text, ""));
    let message = text.strip_suffix(sql).and_then(|text| text.strip_suffix(" in ")).unwrap_or(text);
    let mut failure = failure(*code, message);
    failure.position = offset.parse().ok();
    failure
}

fn failure(code: rusqlite::ffi::Error, message: &str) -> DriverError {
    let (kind, help) = match code.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => (
            DriverErrorKind::Busy,
            Some("another program is using the database: wait until it has ended, or raise `lock_timeout`"),
        ),
        ErrorCode::NotADatabase => (
            DriverErrorKind::Corrupt,
            Some("the file is no SQLite database, or an encrypted one: check the database's url"),
        ),
        ErrorCode::DatabaseCorrupt => (
            DriverErrorKind::Corrupt,
            Some(
                "`PRAGMA integrity_check` in sqlite3 says more; bring the file back from a backup, or try `.recover`",
            ),
        ),
        ErrorCode::DiskFull => (DriverErrorKind::Full, Some("make room on the disk and run it again")),
        ErrorCode::TooBig | ErrorCode::OutOfMemory => (DriverErrorKind::Full, None),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => (
            DriverErrorKind::Permission,
            Some("limbeck must be able to write the database's file and to make files in its folder"),
        ),
        ErrorCode::AuthorizationForStatementDenied => (DriverErrorKind::Permission, None),
        ErrorCode::CannotOpen => (
            DriverErrorKind::Connect,
            Some("check the database's url, and that its folder is there and can be written to"),
        ),
        ErrorCode::ConstraintViolation => (DriverErrorKind::Constraint, None),
        ErrorCode::OperationInterrupted => (DriverErrorKind::Cancelled, None),
        ErrorCode::Unknown
        | ErrorCode::TypeMismatch
        | ErrorCode::ParameterOutOfRange
        | ErrorCode::SchemaChanged => (DriverErrorKind::Statement, None),
        _ => (DriverErrorKind::Other, None),
    };
    let name = code_name(code.extended_code);
    let message = if message.is_empty() { rusqlite::ffi::code_to_str(code.extended_code) } else { message };
    let mut error = DriverError::new(kind, message);
    error.code = Some(name);
    error.help = help.map(str::to_owned);
    error
}

/// The name of an extended result code, as SQLite's documentation has it; the primary code's name and the number where
/// this list ends.
fn code_name(extended: i32) -> String {
    let known = |wanted: i32| CODES.iter().find(|(code, _)| *code == wanted).map(|(_, name)| *name);
    match (known(extended), known(extended & 0xff)) {
        (Some(name), _) => name.to_owned(),
        (None, Some(primary)) => format!("{primary}, extended code {extended}"),
        (None, None) => format!("SQLite code {extended}"),
    }
}

const CODES: [(i32, &str); 74] = [
    (1, "SQLITE_ERROR"),
    (2, "SQLITE_INTERNAL"),
    (3, "SQLITE_PERM"),
    (4, "SQLITE_ABORT"),
    (5, "SQLITE_BUSY"),
    (6, "SQLITE_LOCKED"),
    (7, "SQLITE_NOMEM"),
    (8, "SQLITE_READONLY"),
    (9, "SQLITE_INTERRUPT"),
    (10, "SQLITE_IOERR"),
    (11, "SQLITE_CORRUPT"),
    (12, "SQLITE_NOTFOUND"),
    (13, "SQLITE_FULL"),
    (14, "SQLITE_CANTOPEN"),
    (15, "SQLITE_PROTOCOL"),
    (16, "SQLITE_EMPTY"),
    (17, "SQLITE_SCHEMA"),
    (18, "SQLITE_TOOBIG"),
    (19, "SQLITE_CONSTRAINT"),
    (20, "SQLITE_MISMATCH"),
    (21, "SQLITE_MISUSE"),
    (22, "SQLITE_NOLFS"),
    (23, "SQLITE_AUTH"),
    (24, "SQLITE_FORMAT"),
    (25, "SQLITE_RANGE"),
    (26, "SQLITE_NOTADB"),
    (257, "SQLITE_ERROR_MISSING_COLLSEQ"),
    (513, "SQLITE_ERROR_RETRY"),
    (769, "SQLITE_ERROR_SNAPSHOT"),
    (516, "SQLITE_ABORT_ROLLBACK"),
    (261, "SQLITE_BUSY_RECOVERY"),
    (517, "SQLITE_BUSY_SNAPSHOT"),
    (773, "SQLITE_BUSY_TIMEOUT"),
    (262, "SQLITE_LOCKED_SHAREDCACHE"),
    (518, "SQLITE_LOCKED_VTAB"),
    (264, "SQLITE_READONLY_RECOVERY"),
    (520, "SQLITE_READONLY_CANTLOCK"),
    (776, "SQLITE_READONLY_ROLLBACK"),
    (1032, "SQLITE_READONLY_DBMOVED"),
    (1288, "SQLITE_READONLY_CANTINIT"),
    (1544, "SQLITE_READONLY_DIRECTORY"),
    (266, "SQLITE_IOERR_READ"),
    (522, "SQLITE_IOERR_SHORT_READ"),
    (778, "SQLITE_IOERR_WRITE"),
    (1034, "SQLITE_IOERR_FSYNC"),
    (1290, "SQLITE_IOERR_DIR_FSYNC"),
    (1546, "SQLITE_IOERR_TRUNCATE"),
    (1802, "SQLITE_IOERR_FSTAT"),
    (2058, "SQLITE_IOERR_UNLOCK"),
    (2314, "SQLITE_IOERR_RDLOCK"),
    (2570, "SQLITE_IOERR_DELETE"),
    (3338, "SQLITE_IOERR_ACCESS"),
    (3850, "SQLITE_IOERR_LOCK"),
    (4618, "SQLITE_IOERR_SHMOPEN"),
    (5386, "SQLITE_IOERR_SHMMAP"),
    (8202, "SQLITE_IOERR_DATA"),
    (267, "SQLITE_CORRUPT_VTAB"),
    (523, "SQLITE_CORRUPT_SEQUENCE"),
    (779, "SQLITE_CORRUPT_INDEX"),
    (270, "SQLITE_CANTOPEN_NOTEMPDIR"),
    (526, "SQLITE_CANTOPEN_ISDIR"),
    (782, "SQLITE_CANTOPEN_FULLPATH"),
    (275, "SQLITE_CONSTRAINT_CHECK"),
    (531, "SQLITE_CONSTRAINT_COMMITHOOK"),
    (787, "SQLITE_CONSTRAINT_FOREIGNKEY"),
    (1043, "SQLITE_CONSTRAINT_FUNCTION"),
    (1299, "SQLITE_CONSTRAINT_NOTNULL"),
    (1555, "SQLITE_CONSTRAINT_PRIMARYKEY"),
    (1811, "SQLITE_CONSTRAINT_TRIGGER"),
    (2067, "SQLITE_CONSTRAINT_UNIQUE"),
    (2323, "SQLITE_CONSTRAINT_VTAB"),
    (2579, "SQLITE_CONSTRAINT_ROWID"),
    (2835, "SQLITE_CONSTRAINT_PINNED"),
    (3091, "SQLITE_CONSTRAINT_DATATYPE"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(extended: i32) -> DriverError {
        from_sqlite(&rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended), None))
    }

    #[test]
    fn kinds_follow_the_primary_code_and_names_the_extended_one() {
        for (code, kind, name) in [
            (517, DriverErrorKind::Busy, "SQLITE_BUSY_SNAPSHOT"),
            (6, DriverErrorKind::Busy, "SQLITE_LOCKED"),
            (26, DriverErrorKind::Corrupt, "SQLITE_NOTADB"),
            (779, DriverErrorKind::Corrupt, "SQLITE_CORRUPT_INDEX"),
            (13, DriverErrorKind::Full, "SQLITE_FULL"),
            (1544, DriverErrorKind::Permission, "SQLITE_READONLY_DIRECTORY"),
            (14, DriverErrorKind::Connect, "SQLITE_CANTOPEN"),
            (787, DriverErrorKind::Constraint, "SQLITE_CONSTRAINT_FOREIGNKEY"),
            (9, DriverErrorKind::Cancelled, "SQLITE_INTERRUPT"),
            (1, DriverErrorKind::Statement, "SQLITE_ERROR"),
            (778, DriverErrorKind::Other, "SQLITE_IOERR_WRITE"),
            (99 << 8 | 10, DriverErrorKind::Other, "SQLITE_IOERR, extended code 25354"),
        ] {
            let error = of(code);
            assert_eq!((error.kind, error.code.as_deref()), (kind, Some(name)));
            assert!(!error.message.is_empty());
        }
    }

    #[test]
    fn a_syntax_error_points_at_its_byte() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let sql = "SELECT * FORM t";
        let error = from_statement(&connection.prepare(sql).unwrap_err(), sql);
        assert_eq!(error.kind, DriverErrorKind::Statement);
        assert_eq!(error.position, Some("SELECT * ".len()));
        assert_eq!(error.message, "near \"FORM\": syntax error");
    }
}
