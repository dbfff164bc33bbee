//! The scanner of SQL: a script is cut into statements or refused, and nothing of a statement is made up. What looks at
//! the tokens of a statement does not panic.

use limbeck_core::driver::Dialect;
use limbeck_core::sql::{LexicalRules, canonical, effect, same_tokens, statements, tokens};
use limbeck_sqlite::SqliteDialect;

/// Tries one text.
pub(crate) fn check(script: &str) {
    let sqlite = SqliteDialect::newest();
    for rules in [&LexicalRules::NEUTRAL, &LexicalRules::STANDARD, sqlite.lexical()] {
        let whole: usize = tokens(rules, script).map(|token| token.text.len()).sum();
        assert_eq!(whole, script.len(), "the tokens are not the text");
        assert!(same_tokens(rules, script, script));
        let Ok(found) = statements(rules, script) else { continue };
        let mut rest = script;
        for statement in &found {
            let at =
                rest.find(statement.sql.as_str()).unwrap_or_else(|| panic!("made up: {}", statement.sql));
            rest = &rest[at + statement.sql.len()..];
            let _ = effect(rules, &statement.sql);
        }
    }
    canonical(script, &mut |_| {});
}
