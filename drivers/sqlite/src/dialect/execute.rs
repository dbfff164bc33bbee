//! Raw SQL.

use limbeck_core::driver::{RawPlace, RawSql, RenderError, Statement};
use limbeck_core::operation::Effect as Declared;
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Token, tokens};

use super::{LEXICAL, NAMES};

/// Settings that cannot be changed inside a transaction, or whose change there comes to nothing.
const SETTINGS: &[&str] =
    &["AUTO_VACUUM", "FOREIGN_KEYS", "JOURNAL_MODE", "SYNCHRONOUS", "TEMP_STORE", "WAL_CHECKPOINT"];

const RAW: RawSql<'_> = RawSql {
    names: NAMES,
    lexical: &LEXICAL,
    way_out: " (with `transaction = \"none\"` the revision runs without one)",
    place,
};

/// The statements of raw SQL.
pub(super) fn execute(
    sql: &Sql,
    declared: Option<Declared>,
    operation: usize,
) -> Result<Vec<Statement>, RenderError> {
    RAW.statements(sql, declared, operation)
}

fn place(sql: &str) -> Result<RawPlace, &'static str> {
    Ok(if is_refused_in_transaction(sql) { RawPlace::OutsideTransaction } else { RawPlace::Anywhere })
}

fn is_refused_in_transaction(sql: &str) -> bool {
    let mut code = tokens(&LEXICAL, sql).filter(Token::is_code);
    let Some(first) = code.next() else { return false };
    if first.is_any(&["VACUUM", "ATTACH", "DETACH"]) {
        return true;
    }
    if !first.is_word("PRAGMA") {
        return false;
    }
    let mut names: Vec<Token<'_>> = code.take(3).collect();
    if names.get(1).is_some_and(|token| token.text == ".") {
        names.drain(..2);
    }
    names.first().is_some_and(|name| name.is_any(SETTINGS))
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::StatementKind;

    use super::*;

    fn kinds(sql: &str) -> Vec<(bool, bool)> {
        let planned = execute(&Sql::from(sql), None, 0).unwrap();
        planned.iter().map(|s| (s.kind == StatementKind::Data, s.outside_transaction)).collect()
    }

    #[test]
    fn statements_are_told_apart() {
        assert_eq!(
            kinds(
                "UPDATE t SET a = ';'; CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; END; VACUUM"
            ),
            [(true, false), (false, false), (true, true)]
        );
        assert_eq!(kinds("PRAGMA main.journal_mode = WAL").first().map(|kind| kind.1), Some(true));
        assert_eq!(kinds("PRAGMA user_version = 3").first().map(|kind| kind.1), Some(false));
        assert!(kinds(" -- nothing\n").is_empty());
    }

    #[test]
    fn the_transaction_is_not_the_users() {
        for sql in ["SELECT 1; COMMIT", "begin", "ROLLBACK TO x", "SAVEPOINT x", "END TRANSACTION"] {
            let error = execute(&Sql::from(sql), None, 4).unwrap_err();
            let RenderError::Scan { operation: 4, span, .. } = error else { panic!("{error:?}") };
            assert!(!sql[span].is_empty());
        }
    }

    #[test]
    fn what_is_declared_of_the_effect_holds() {
        let planned = execute(&Sql::from("CREATE TABLE x (a)"), Some(Declared::Data), 0).unwrap();
        assert_eq!(planned.first().map(|s| s.kind.clone()), Some(StatementKind::Data));
    }
}
