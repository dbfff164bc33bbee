use super::{LexicalRules, Token, TokenKind, tokens};

/// What may follow DROP in an ALTER TABLE and holds no rows.
const RULES: &[&str] = &[
    "CHECK",
    "CONSTRAINT",
    "DEFAULT",
    "EXPRESSION",
    "FOREIGN",
    "IDENTITY",
    "INDEX",
    "KEY",
    "NOT",
    "PRIMARY",
];

/// Whether the words of one statement say that rows go: a table, a schema, a database, a column or a partition is
/// dropped, a table is emptied. What a block, a function or a trigger does is not looked into, and rows that a
/// condition chooses are not meant: who writes that has said which.
pub fn takes_rows(rules: &LexicalRules, statement: &str) -> bool {
    let mut depth = 0usize;
    let mut code: Vec<Token<'_>> = Vec::new();
    for token in tokens(rules, statement).filter(Token::is_code) {
        if token.is_mark("(") {
            depth += 1;
        } else if token.is_mark(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.kind != TokenKind::Terminator {
            code.push(token);
        }
    }
    let Some(verb) = code.first() else { return false };
    let has = |word: &str| code.iter().any(|token| token.is_word(word));
    let second = |words: &[&str]| code.get(1).is_some_and(|token| token.is_any(words));
    match () {
        () if verb.is_word("TRUNCATE") => true,
        () if verb.is_word("DROP") => {
            second(&["TABLE", "SCHEMA", "DATABASE"])
                || (second(&["TEMPORARY"]) && has("TABLE"))
                // With the columns that are of it.
                || (second(&["TYPE", "DOMAIN", "EXTENSION"]) && has("CASCADE"))
        }
        () if verb.is_word("ALTER") => {
            let table = code.iter().take(3).any(|token| token.is_word("TABLE"));
            table && code.windows(2).any(|pair| takes_part(pair[0], pair[1]))
        }
        () if verb.is_word("DELETE") => !["WHERE", "USING", "JOIN", "LIMIT"].iter().any(|word| has(word)),
        () => false,
    }
}

/// `DROP [COLUMN] name`, `DROP PARTITION`, `TRUNCATE PARTITION`, `DISCARD TABLESPACE`.
fn takes_part(word: Token<'_>, next: Token<'_>) -> bool {
    (word.is_word("DROP") && !next.is_any(RULES))
        || (word.is_word("TRUNCATE") && next.is_word("PARTITION"))
        || (word.is_word("DISCARD") && next.is_any(&["PARTITION", "TABLESPACE"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_with_its_rows_is_told_by_its_words() {
        for lossy in [
            "DROP TABLE users",
            "/* old */ drop table if exists a.\"b\", c;",
            "DROP TEMPORARY TABLE t",
            "DROP SCHEMA app CASCADE",
            "DROP DATABASE app",
            "DROP EXTENSION hstore CASCADE",
            "TRUNCATE users",
            "ALTER TABLE users DROP COLUMN age",
            "ALTER TABLE users DROP age",
            "ALTER TABLE IF EXISTS ONLY users ADD x int, DROP IF EXISTS \"age\" CASCADE",
            "ALTER FOREIGN TABLE users DROP COLUMN age",
            "ALTER TABLE users DROP PARTITION p0",
            "ALTER TABLE users TRUNCATE PARTITION p0",
            "ALTER TABLE users DROP SYSTEM VERSIONING",
            "DELETE FROM users",
        ] {
            assert!(takes_rows(&LexicalRules::NEUTRAL, lossy), "{lossy}");
        }
        for harmless in [
            "",
            "CREATE TABLE drop_table (a int, b int)",
            "DROP INDEX users_age",
            "DROP VIEW v CASCADE",
            "DROP TYPE mood",
            "ALTER TABLE users DROP CONSTRAINT users_pkey",
            "ALTER TABLE users ALTER COLUMN age DROP NOT NULL, ALTER b DROP DEFAULT, ALTER c DROP IDENTITY IF EXISTS",
            "ALTER TABLE users DROP PRIMARY KEY, DROP FOREIGN KEY f, DROP INDEX i, DROP KEY k, DROP CHECK c",
            "ALTER TABLE users ADD CHECK (note <> 'DROP x')",
            "ALTER TYPE pair DROP ATTRIBUTE a",
            "DELETE FROM users WHERE age > 3",
            "DELETE FROM users USING gone",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DROP TABLE users $$",
            "UPDATE users SET note = 'DROP TABLE users'",
        ] {
            assert!(!takes_rows(&LexicalRules::NEUTRAL, harmless), "{harmless}");
        }
    }
}
