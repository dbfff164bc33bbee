//! Raw SQL.

use limbeck_core::driver::{RenderError, Statement};
use limbeck_core::operation::Effect as Declared;
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Effect, Token, effect, statements, tokens};

use super::LEXICAL;
use super::fault::Fault;
use crate::flavour::Gates;

/// The statements of raw SQL.
pub(crate) fn execute(
    gates: Gates,
    sql: &Sql,
    declared: Option<Declared>,
    operation: usize,
) -> Result<Vec<Statement>, RenderError> {
    let Some(script) = sql.resolve(gates.names()) else {
        return Err(Fault::NoText("the SQL".to_owned()).at(gates, operation));
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
                    "{} would end or split the transaction that limbeck runs the revision in: take it out",
                    word.to_ascii_uppercase()
                ),
                part.span,
            ));
        }
        if let Some(word) = refused(&part.sql) {
            return Err(scan(word.to_owned(), part.span));
        }
        let data = match declared {
            Some(declared) => declared == Declared::Data,
            None => changes != Effect::Schema,
        };
        found.push(if data {
            Statement::data(operation, part.sql)
        } else {
            Statement::schema(operation, part.sql)
        });
    }
    Ok(found)
}

/// Why a statement would take from the session what limbeck relies on.
fn refused(sql: &str) -> Option<&'static str> {
    let mut code = tokens(&LEXICAL, sql).filter(Token::is_code);
    let (first, second) = (code.next()?, code.next());
    if first.is_word("USE") {
        return Some("USE would lead the record into another database: write the database before the names");
    }
    let locks = second.is_some_and(|token| token.is_any(&["TABLES", "TABLE"]));
    if first.is_word("LOCK") && locks {
        return Some("LOCK TABLES would shut out the record: take it out");
    }
    None
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::StatementKind;

    use super::*;
    use crate::flavour::Flavour;

    fn planned(sql: &str) -> Result<Vec<Statement>, RenderError> {
        execute(Gates::newest(Flavour::Mysql), &Sql::from(sql), None, 4)
    }

    #[test]
    fn statements_are_told_apart() {
        let found = planned(
            "UPDATE t SET a = ';';\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END;\nDELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\n# the end",
        )
        .unwrap();
        let data: Vec<bool> = found.iter().map(|statement| statement.kind == StatementKind::Data).collect();
        assert_eq!(data, [true, false, false]);
        assert!(found[2].sql.ends_with("END"), "{}", found[2].sql);
    }

    #[test]
    fn the_session_is_not_the_users() {
        for sql in ["SELECT 1; COMMIT", "begin", "ROLLBACK TO x", "use other", "LOCK TABLES t WRITE"] {
            let error = planned(sql).unwrap_err();
            let RenderError::Scan { operation: 4, span, .. } = error else { panic!("{error:?}") };
            assert!(!sql[span].is_empty());
        }
    }
}
