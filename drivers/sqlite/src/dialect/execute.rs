//! Raw SQL.

use limbeck_core::driver::{RenderError, Statement};
use limbeck_core::operation::Effect as Declared;
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Effect, Token, effect, statements, tokens};

use super::fault::Fault;
use super::{LEXICAL, NAMES};

/// Settings that cannot be changed inside a transaction, or whose change there comes to nothing.
const SETTINGS: &[&str] =
    &["AUTO_VACUUM", "FOREIGN_KEYS", "JOURNAL_MODE", "SYNCHRONOUS", "TEMP_STORE", "WAL_CHECKPOINT"];

/// The statements of raw SQL.
pub(super) fn execute(
    sql: &Sql,
    declared: Option<Declared>,
    operation: usize,
) -> Result<Vec<Statement>, RenderError> {
    let Some(script) = sql.resolve(NAMES) else {
        return Err(Fault::NoText("the SQL".to_owned()).at(operation));
    };
    let scan = |message: String, span| RenderError::Scan { operation, message, span };
    let parts = statements(&LEXICAL, script).map_err(|error| scan(error.to_string(), error.span()))?;
    let mut found = Vec::with_capacity(parts.len());
    for part in parts {
        let changes = effect(&LEXICAL, &part.sql);
        if let Effect::Transaction(_) = changes {
            let word: String = part.sql.chars().take_while(char::is_ascii_alphabetic).collect();
            return Err(scan(
                format!(
                    "{} would end or split the transaction that limbeck runs the revision in: take it out (with \
                     `transaction = \"none\"` the revision runs without one)",
                    word.to_ascii_uppercase()
                ),
                part.span,
            ));
        }
        let outside = is_refused_in_transaction(&part.sql);
        let data = match declared {
            Some(declared) => declared == Declared::Data,
            None => changes != Effect::Schema,
        };
        let statement =
            if data { Statement::data(operation, part.sql) } else { Statement::schema(operation, part.sql) };
        found.push(if outside { statement.outside_transaction() } else { statement });
    }
    Ok(found)
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
