//! What the servers say, as limbeck says it.

use limbeck_core::driver::{DriverError, DriverErrorKind};
use mysql_async::{DriverError as Client, Error, IoError, ServerError};

/// What went wrong, as limbeck says it.
pub(crate) fn from_mysql(error: &Error) -> DriverError {
    match error {
        Error::Server(error) => from_server(error),
        Error::Io(IoError::Io(error)) => {
            DriverError::new(DriverErrorKind::Lost, format!("the connection was lost: {error}"))
        }
        Error::Io(IoError::Tls(error)) => {
            DriverError::new(DriverErrorKind::Connect, format!("no TLS with the server: {error}"))
                .with_help("check `tls` and `root_cert`")
        }
        Error::Driver(Client::ConnectionClosed) => {
            DriverError::new(DriverErrorKind::Lost, "the connection was closed by the server")
        }
        Error::Driver(Client::NoClientSslFlagFromServer) => {
            DriverError::new(DriverErrorKind::Connect, "the server does not speak TLS")
                .with_help("switch TLS on in the server, or set `tls = \"disable\"`")
        }
        Error::Driver(Client::UnknownAuthPlugin { name }) => DriverError::new(
            DriverErrorKind::Authentication,
            format!("the server wants to authenticate with `{name}`, which limbeck does not know"),
        )
        .with_help("give the user caching_sha2_password, mysql_native_password or ed25519"),
        Error::Driver(Client::StmtParamsMismatch { required, supplied }) => DriverError::new(
            DriverErrorKind::Statement,
            format!("the statement takes {required} parameters and was given {supplied}"),
        ),
        Error::Driver(Client::PacketTooLarge) => {
            DriverError::new(DriverErrorKind::Full, "the statement is longer than the server takes")
                .with_help("raise max_allowed_packet in the server")
        }
        Error::Url(error) => DriverError::new(DriverErrorKind::Settings, error.to_string()),
        other => DriverError::new(DriverErrorKind::Other, other.to_string()),
    }
}

/// What went wrong with a statement whose text is `sql`.
pub(crate) fn from_statement(error: &Error, sql: &str) -> DriverError {
    let mut made = from_mysql(error);
    if let Error::Server(error) = error
        && matches!(error.code, 1064 | 1149)
    {
        made.position = position(&error.message, sql);
    }
    made
}

/// Where in `sql` a message about its syntax points: the server quotes the rest of the text from there on, cut off behind
/// some characters, and the number of the line.
fn position(message: &str, sql: &str) -> Option<usize> {
    let (before, line) = message.rsplit_once("' at line ")?;
    let near = before.split_once("near '")?.1;
    let line: usize = line.trim().parse().ok()?;
    let sql = sql.trim_end();
    if near.trim().is_empty() {
        // It misses something at the end: the last character is as near as one can point.
        return sql.char_indices().next_back().map(|(at, _)| at);
    }
    if sql.ends_with(near.trim_end()) {
        return Some(sql.len() - near.trim_end().len());
    }
    let line_of = |at: usize| sql[..at].matches('\n').count() + 1;
    sql.match_indices(near).map(|(at, _)| at).min_by_key(|at| line_of(*at).abs_diff(line))
}

/// What went wrong while connecting.
pub(crate) fn from_connect(error: &Error) -> DriverError {
    match error {
        // So a certificate arrives that is refused.
        Error::Io(IoError::Io(error)) if error.kind() == std::io::ErrorKind::InvalidData => DriverError::new(
            DriverErrorKind::Connect,
            format!("no TLS with the server: {error}"),
        )
        .with_help(
            "check `tls` and `root_cert` (the server's certificate must come from that authority, and with \
                 `verify-full` be for the name of its host), and `client_cert` if the server asks for one",
        ),
        Error::Io(IoError::Io(error)) => {
            DriverError::new(DriverErrorKind::Connect, format!("the server cannot be reached: {error}"))
                .with_help("check host and port in the database's url, and that the server runs")
        }
        other => from_mysql(other),
    }
}

fn from_server(error: &ServerError) -> DriverError {
    let (kind, help) = kind(error.code, &error.state);
    let mut made = DriverError::new(kind, error.message.clone())
        .with_code(format!("{}, SQLSTATE {}", error.code, error.state));
    made.help = help.map(str::to_owned);
    made
}

fn kind(code: u16, state: &str) -> (DriverErrorKind, Option<&'static str>) {
    match code {
        1045 | 1698 | 1862 | 3118 | 4151 => (
            DriverErrorKind::Authentication,
            Some(
                "check username and password in the database's settings, from which hosts the user may come, and whether \
                 it has to come with TLS (`tls`) or a certificate (`client_cert`)",
            ),
        ),
        1044 | 1142 | 1143 | 1227 | 1370 | 1419 | 1290 | 1410 | 1369 => (
            DriverErrorKind::Permission,
            (code == 1419).then_some(
                "the server keeps a binary log: let the user have SUPER, or set log_bin_trust_function_creators",
            ),
        ),
        1049 => (
            DriverErrorKind::Connect,
            Some("make it with `CREATE DATABASE`, or check the name in the database's url"),
        ),
        1040 | 1203 | 1226 => {
            (DriverErrorKind::Busy, Some("the server has no connection left: wait, or lower `pool_size`"))
        }
        1205 | 3572 => (
            DriverErrorKind::Busy,
            Some("somebody else holds a lock on the table: look for a long transaction, or raise `lock_timeout`"),
        ),
        1845 | 1846 => (
            DriverErrorKind::Statement,
            Some(
                "the server cannot do it as `alter_algorithm` and `alter_lock` ask: let a revision do it with an `execute` \
                 whose ALTER TABLE says ALGORITHM and LOCK itself",
            ),
        ),
        1213 => (DriverErrorKind::Busy, Some("two sessions waited for each other: run it again")),
        1022 | 1048 | 1062 | 1169 | 1216 | 1217 | 1451 | 1452 | 1557 | 1586 | 1761 | 1762 | 3819 | 4025
        | 1138 | 1859 | 1364 => (DriverErrorKind::Constraint, None),
        1317 => (DriverErrorKind::Cancelled, None),
        1969 | 3024 => (DriverErrorKind::Timeout, Some("raise `statement_timeout`")),
        1053 | 1077 | 1079 | 1152 | 1158..=1161 | 1184 | 1927 | 2006 | 2013 | 4031 => {
            (DriverErrorKind::Lost, None)
        }
        1021 | 1037 | 1038 | 1041 | 1114 | 1153 | 3675 => (DriverErrorKind::Full, None),
        1034 | 1035 | 1194 | 1195 | 1877 => (DriverErrorKind::Corrupt, None),
        1264 | 1265 | 1366 | 1406 | 1292 => (DriverErrorKind::Constraint, None),
        _ if state.starts_with("42") || state == "HY000" && (1000..5000).contains(&code) => {
            (DriverErrorKind::Statement, None)
        }
        _ if state.starts_with("23") || state.starts_with("22") => (DriverErrorKind::Constraint, None),
        _ => (DriverErrorKind::Other, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_syntax_error_is_found() {
        let says = |near: &str, line: usize| {
            format!(
                "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the \
                 right syntax to use near '{near}' at line {line}"
            )
        };
        let sql = "SELECT 'ü'\nFORM t\nWHERE a = 'at line 7'\n";
        assert_eq!(position(&says("FORM t\nWHERE a = 'at line 7'", 2), sql), sql.find("FORM"));
        assert_eq!(position(&says("FORM t\nWHERE a = 'at line 7'\n", 2), sql), sql.find("FORM"));
        assert_eq!(position(&says("", 1), "SELECT (1"), Some(8));
        // Cut off: of two places that read alike, the one on the line.
        let sql = format!("SELECT bad bad bad;\n\nSELECT bad bad bad {}", "x".repeat(200));
        assert_eq!(position(&says("bad bad bad", 3), &sql), sql.rfind("bad bad bad"));
        assert_eq!(position(&says("bad bad bad", 1), &sql), sql.find("bad bad bad"));
        assert_eq!(position(&says("elsewhere", 1), &sql), None);
        assert_eq!(position("Vous avez une erreur", &sql), None);
    }

    #[test]
    fn kinds_follow_the_number() {
        for (code, state, wanted) in [
            (1045, "28000", DriverErrorKind::Authentication),
            (1049, "42000", DriverErrorKind::Connect),
            (1064, "42000", DriverErrorKind::Statement),
            (1062, "23000", DriverErrorKind::Constraint),
            (3819, "HY000", DriverErrorKind::Constraint),
            (4025, "23000", DriverErrorKind::Constraint),
            (1205, "HY000", DriverErrorKind::Busy),
            (1317, "70100", DriverErrorKind::Cancelled),
            (1142, "42000", DriverErrorKind::Permission),
            (1822, "HY000", DriverErrorKind::Statement),
        ] {
            let error = from_server(&ServerError { code, message: "no".to_owned(), state: state.to_owned() });
            assert_eq!(error.kind, wanted, "{code}");
            assert_eq!(error.code, Some(format!("{code}, SQLSTATE {state}")));
        }
    }
}
