//! Raw SQL.

use limbeck_core::driver::{RawPlace, RawSql, RenderError, Statement};
use limbeck_core::operation::Effect as Declared;
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Token, tokens};

use super::LEXICAL;
use crate::flavour::Gates;

/// The statements of raw SQL.
pub(crate) fn execute(
    gates: Gates,
    sql: &Sql,
    declared: Option<Declared>,
    operation: usize,
) -> Result<Vec<Statement>, RenderError> {
    let raw = RawSql { names: gates.names(), lexical: &LEXICAL, way_out: "", place };
    raw.statements(sql, declared, operation)
}

fn place(sql: &str) -> Result<RawPlace, &'static str> {
    refused(sql).map_or(Ok(RawPlace::Anywhere), Err)
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
