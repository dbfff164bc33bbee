//! Raw SQL.

use limbeck_core::driver::{RawPlace, RawSql, RenderError, Statement};
use limbeck_core::operation::Effect as Declared;
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Token, tokens};

use super::{LEXICAL, NAMES};

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

/// Whether the server takes a statement only where no transaction is open.
fn is_refused_in_transaction(sql: &str) -> bool {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, sql).filter(Token::is_code).take(12).collect();
    let word = |at: usize, words: &[&str]| code.get(at).is_some_and(|token| token.is_any(words));
    let says = |wanted: &str| code.iter().any(|token| token.is_word(wanted));
    match code.first() {
        Some(first) if first.is_word("VACUUM") => true,
        Some(first) if first.is_word("REINDEX") => says("CONCURRENTLY") || says("DATABASE") || says("SYSTEM"),
        Some(first) if first.is_word("CLUSTER") => code.len() == 1,
        Some(first) if first.is_any(&["CREATE", "DROP"]) => {
            word(1, &["DATABASE", "TABLESPACE", "SUBSCRIPTION"])
                || (word(1, &["INDEX"]) && word(2, &["CONCURRENTLY"]))
                || (word(1, &["UNIQUE"]) && word(2, &["INDEX"]) && word(3, &["CONCURRENTLY"]))
        }
        Some(first) if first.is_word("ALTER") => {
            word(1, &["SYSTEM"]) || (word(1, &["TABLE"]) && says("DETACH") && says("CONCURRENTLY"))
        }
        _ => false,
    }
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
                "UPDATE t SET a = ';'; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$; VACUUM t"
            ),
            [(true, false), (false, false), (true, true)]
        );
        for sql in [
            "CREATE INDEX CONCURRENTLY x ON t (a)",
            "create unique index concurrently x on t (a)",
            "DROP INDEX CONCURRENTLY x",
            "REINDEX INDEX CONCURRENTLY x",
            "CREATE DATABASE x",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        ] {
            assert_eq!(kinds(sql).first().map(|kind| kind.1), Some(true), "{sql}");
        }
        for sql in ["CREATE INDEX x ON t (a)", "REINDEX TABLE t", "CREATE INDEX \"concurrently\" ON t (a)"] {
            assert_eq!(kinds(sql).first().map(|kind| kind.1), Some(false), "{sql}");
        }
        assert!(kinds(" -- nothing\n").is_empty());
    }

    #[test]
    fn the_transaction_is_not_the_users() {
        for sql in ["SELECT 1; COMMIT", "begin", "ROLLBACK TO x", "SAVEPOINT x", "END"] {
            let error = execute(&Sql::from(sql), None, 4).unwrap_err();
            let RenderError::Scan { operation: 4, span, .. } = error else { panic!("{error:?}") };
            assert!(!sql[span].is_empty());
        }
    }

    #[test]
    fn what_is_declared_of_the_effect_holds() {
        let planned = execute(&Sql::from("CREATE TABLE x (a int)"), Some(Declared::Data), 0).unwrap();
        assert_eq!(planned.first().map(|s| s.kind.clone()), Some(StatementKind::Data));
    }
}
