//! What the server or the way to it says, as the engine's errors.

use std::error::Error as _;

use limbeck_core::driver::{DriverError, DriverErrorKind};
use tokio_postgres::error::{DbError, ErrorPosition};

/// The error of a statement whose text is `sql`.
pub(crate) fn from_statement(error: &tokio_postgres::Error, sql: &str) -> DriverError {
    match error.as_db_error() {
        Some(said) => {
            let mut found = from_server(said);
            if let Some(ErrorPosition::Original(position)) = said.position() {
                found.position = byte_position(sql, *position);
            }
            found
        }
        None if error.is_closed() => lost(),
        None => match error.source().and_then(|cause| cause.downcast_ref::<std::io::Error>()) {
            Some(cause) => lost().with_note(cause.to_string()),
            None => DriverError::new(DriverErrorKind::Other, chain(error)),
        },
    }
}

/// The error of an attempt to connect.
pub(crate) fn from_connect(error: &tokio_postgres::Error) -> DriverError {
    if let Some(said) = error.as_db_error() {
        return from_server(said);
    }
    let message = chain(error);
    let lower = message.to_ascii_lowercase();
    if lower.contains("password missing") {
        return DriverError::new(DriverErrorKind::Authentication, "the server asks for a password").with_help(
            "give it in the database's settings (`password`, `password_file`), in PGPASSWORD or in a password file",
        );
    }
    if lower.contains("certificate") || lower.contains("tls") {
        let help = if lower.contains("does not support tls") {
            "switch TLS on in the server, or set `tls = \"prefer\"` or `\"disable\"`"
        } else {
            "check `tls` and `root_cert` in the database's settings: the server's certificate must come from an \
             authority that is trusted, and with `verify-full` it must be for the host's name"
        };
        return DriverError::new(DriverErrorKind::Connect, message).with_help(help);
    }
    DriverError::new(DriverErrorKind::Connect, message)
        .with_help("check the host and the port in the database's settings, and that the server runs")
}

fn lost() -> DriverError {
    DriverError::new(DriverErrorKind::Lost, "the connection to the server was lost")
}

/// The messages of an error and of what caused it.
fn chain(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = next.source();
    }
    text
}

fn from_server(said: &DbError) -> DriverError {
    let code = said.code().code();
    let (kind, help) = kind(code, said.message());
    let mut error = DriverError::new(kind, said.message()).with_code(code);
    error.help = help.map(str::to_owned);
    if let Some(detail) = said.detail() {
        error = error.with_note(format!("detail: {detail}"));
    }
    if let Some(hint) = said.hint() {
        error = error.with_note(format!("hint: {hint}"));
    }
    if let Some(ErrorPosition::Internal { query, .. }) = said.position() {
        error = error.with_note(format!("in: {query}"));
    }
    if let Some(place) = said.where_() {
        error = error.with_note(format!("where: {place}"));
    }
    error
}

/// What kind of trouble an SQLSTATE is, and what to do about it.
fn kind(code: &str, message: &str) -> (DriverErrorKind, Option<&'static str>) {
    use DriverErrorKind as Kind;
    match code {
        "55P03" => (
            Kind::Busy,
            Some(
                "another session holds a lock on it for longer than `lock_timeout`: try again when it is quiet",
            ),
        ),
        "40P01" | "40001" => (Kind::Busy, Some("run it again")),
        "55006" => (Kind::Busy, None),
        "57014" if message.contains("timeout") => (Kind::Timeout, Some("raise `statement_timeout`")),
        "57014" => (Kind::Cancelled, None),
        "25P03" | "25P04" | "57P05" => (Kind::Timeout, None),
        "57P03" => (Kind::Connect, Some("the server is starting or stopping: try again")),
        "53300" => (
            Kind::Connect,
            Some("the server has no connection left: lower `pool_size`, or raise max_connections"),
        ),
        "57P01" | "57P02" | "57P04" => (Kind::Lost, None),
        "3D000" => (
            Kind::Connect,
            Some("check the database's name in its settings; limbeck makes no database on a server"),
        ),
        "42501" => (Kind::Permission, Some("the role must own what it changes, or be given the right to")),
        "25006" => {
            (Kind::Permission, Some("the server is read-only, as a standby is: connect to the primary"))
        }
        "53100" => (Kind::Full, Some("make room on the server's disk and run it again")),
        "53200" => (Kind::Full, None),
        "XX001" | "XX002" => (Kind::Corrupt, None),
        _ => match code.get(..2) {
            Some("28") => {
                (Kind::Authentication, Some("check `username` and `password` in the database's settings"))
            }
            Some("08") => (Kind::Lost, None),
            Some("23") => (Kind::Constraint, None),
            Some("53" | "54") => (Kind::Full, None),
            Some(
                "22" | "42" | "25" | "2B" | "0A" | "3F" | "26" | "34" | "21" | "2F" | "38" | "39" | "P0"
                | "55",
            ) => (Kind::Statement, None),
            _ => (Kind::Other, None),
        },
    }
}

/// The byte at which the character number `position`, from 1, begins.
fn byte_position(sql: &str, position: u32) -> Option<usize> {
    let characters = usize::try_from(position).ok()?.checked_sub(1)?;
    sql.char_indices().map(|(at, _)| at).chain([sql.len()]).nth(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        assert_eq!(byte_position("SELECT 'ü' FORM", 12), Some(12));
        assert_eq!(byte_position("ab", 1), Some(0));
        assert_eq!(byte_position("ab", 3), Some(2));
        assert_eq!(byte_position("ab", 9), None);
        assert_eq!(byte_position("ab", 0), None);
    }

    #[test]
    fn a_timeout_and_a_cancel_share_a_code() {
        assert_eq!(kind("57014", "canceling statement due to statement timeout").0, DriverErrorKind::Timeout);
        assert_eq!(kind("57014", "canceling statement due to user request").0, DriverErrorKind::Cancelled);
        assert_eq!(kind("28P01", "").0, DriverErrorKind::Authentication);
        assert_eq!(kind("23505", "").0, DriverErrorKind::Constraint);
        assert_eq!(kind("42P01", "").0, DriverErrorKind::Statement);
    }
}
