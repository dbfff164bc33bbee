//! Raw SQL.

use limbeck_core::driver::{RawPlace, RawSql, RenderError, Statement};
use limbeck_core::operation::Effect as Declared;
use limbeck_core::schema::Sql;
use limbeck_core::sql::{Token, TokenKind, tokens};

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
    if let Some(set) = other_charset(sql) {
        return Some(set);
    }
    let locks = second.is_some_and(|token| token.is_any(&["TABLES", "TABLE"]));
    if first.is_word("LOCK") && locks {
        return Some("LOCK TABLES would shut out the record: take it out");
    }
    None
}

/// The character sets in which the text of a revision reaches the server as it stands in the file.
const UTF8: &[&str] = &["utf8mb4", "utf8mb3", "utf8", "default", "binary"];

/// Whether a statement says that the client speaks something else than UTF-8.
fn other_charset(sql: &str) -> Option<&'static str> {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, sql).filter(Token::is_code).collect();
    if !code.first()?.is_word("SET") {
        return None;
    }
    let word = |at: usize| {
        let text = code.get(at)?.text.trim_matches(['\'', '"', '`']).to_lowercase();
        let text = text.strip_prefix("@@").unwrap_or(&text);
        Some(text.rsplit('.').next().unwrap_or_default().to_owned())
    };
    let is_set = |token: &Token<'_>| token.kind == TokenKind::Operator;
    let mut at = 1;
    while at < code.len() {
        let value = match word(at).as_deref() {
            Some("names" | "charset") => Some(at + 1),
            Some("character") if word(at + 1).as_deref() == Some("set") => Some(at + 2),
            Some("character_set_client") if code.get(at + 1).is_some_and(is_set) => Some(at + 2),
            _ => None,
        };
        if let Some(value) = value {
            let given = word(value).unwrap_or_default();
            // What was kept of a setting is what it was.
            let kept = code.get(value).is_some_and(|token| token.text.starts_with('@'));
            if !kept && !UTF8.contains(&given.as_str()) {
                return Some(
                    "the file is in UTF-8, and so it is sent: the server would read it, and the record, as something \
                     else; take the SET out, and write other bytes as `_latin1 x'…'`",
                );
            }
        }
        at += 1;
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
        for sql in [
            "SELECT 1; COMMIT",
            "begin",
            "ROLLBACK TO x",
            "use other",
            "LOCK TABLES t WRITE",
            "SET NAMES latin1",
            "set names 'latin1' collate latin1_bin",
            "SET CHARACTER SET cp1251",
            "SET sql_mode = '', @@SESSION.character_set_client = koi8r",
        ] {
            let error = planned(sql).unwrap_err();
            let RenderError::Scan { operation: 4, span, .. } = error else { panic!("{error:?}") };
            assert!(!sql[span].is_empty());
        }
        for sql in [
            "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
            "/*!40101 SET NAMES utf8 */",
            "SET NAMES DEFAULT",
            "SET @saved_cs_client = @@character_set_client",
            "SET character_set_client = @saved_cs_client",
            "SET @names = 'latin1'",
        ] {
            planned(sql).unwrap();
        }
    }
}
