//! Temporary tables where a revision may have to be gone on with in another session: what was put aside in one would be
//! gone, and the rows with it that the revision has taken out of their table meanwhile.

use std::ops::Range;

use crate::driver::Dialect;
use crate::operation::Operation;
use crate::sql::{LexicalRules, Token, statements, tokens};

/// The first operation whose raw SQL makes a temporary table, with the place of that statement in its text.
pub(super) fn temporary_table(
    dialect: &dyn Dialect,
    operations: &[Operation],
) -> Option<(usize, Range<usize>)> {
    let rules = dialect.lexical();
    operations.iter().enumerate().find_map(|(index, operation)| {
        let Operation::Execute { sql, .. } = operation else { return None };
        let script = sql.resolve(dialect.names())?;
        // A text that cannot be cut is refused where it is planned.
        let parts = statements(rules, script).ok()?;
        let part = parts.into_iter().find(|part| makes_temporary_table(rules, &part.sql))?;
        Some((index, part.span))
    })
}

fn makes_temporary_table(rules: &LexicalRules, sql: &str) -> bool {
    const TEMPORARY: &[&str] = &["TEMP", "TEMPORARY"];
    let code: Vec<Token<'_>> = tokens(rules, sql).filter(Token::is_code).collect();
    let Some(first) = code.first() else { return false };
    if first.is_word("CREATE") {
        // OR REPLACE, GLOBAL and LOCAL may stand between.
        let head: Vec<&Token<'_>> = code.iter().take_while(|token| !token.is_word("TABLE")).collect();
        return head.len() < code.len().min(6) && head.iter().any(|token| token.is_any(TEMPORARY));
    }
    // SELECT … INTO TEMP x
    first.is_any(&["SELECT", "WITH"])
        && code.windows(2).any(|pair| pair[0].is_word("INTO") && pair[1].is_any(TEMPORARY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn temporary_tables_are_told_from_others() {
        let is = |sql: &str| makes_temporary_table(&LexicalRules::NEUTRAL, sql);
        assert!(is("CREATE TEMPORARY TABLE x AS SELECT * FROM t"));
        assert!(is("create temp table if not exists x (a int)"));
        assert!(is("CREATE OR REPLACE TEMPORARY TABLE x (a int)"));
        assert!(is("CREATE LOCAL TEMP TABLE x (a int)"));
        assert!(is("/* keep */ SELECT * INTO TEMPORARY x FROM t"));
        assert!(!is("CREATE TABLE temporary (a int)"));
        assert!(!is("CREATE TABLE x AS SELECT temp FROM weather"));
        assert!(!is("DROP TEMPORARY TABLE x"));
        assert!(!is("CREATE TEMP VIEW v AS SELECT 1"));
        assert!(!is("INSERT INTO temp SELECT * FROM t"));
    }
}
