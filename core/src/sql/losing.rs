use std::collections::BTreeSet;

use super::{LexicalRules, ScanError, Token, TokenKind, statements, tokens};

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

/// The statements of a script whose words say that rows go: a table, a schema, a database, a column or a partition is
/// dropped, a table is emptied. What a block, a function or a trigger does is not looked into; rows that a condition
/// chooses are not meant, for who writes that has said which; and what the script has made itself held nothing before.
///
/// # Errors
/// What is not closed.
pub fn losing_statements(rules: &LexicalRules, script: &str) -> Result<Vec<String>, ScanError> {
    let mut made: BTreeSet<String> = BTreeSet::new();
    let mut losing = Vec::new();
    for statement in statements(rules, script)? {
        let code = outer_code(rules, &statement.sql);
        if takes_rows(&code, &made) {
            losing.push(statement.sql);
        } else if code.first().is_some_and(|verb| verb.is_word("CREATE")) {
            made.extend(after_table(&code).into_iter().take(1));
        }
    }
    Ok(losing)
}

/// The tokens that stand in no parentheses.
fn outer_code<'a>(rules: &'a LexicalRules, statement: &'a str) -> Vec<Token<'a>> {
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
    code
}

fn takes_rows(code: &[Token<'_>], made: &BTreeSet<String>) -> bool {
    let Some(verb) = code.first() else { return false };
    let has = |word: &str| code.iter().any(|token| token.is_word(word));
    let second = |words: &[&str]| code.get(1).is_some_and(|token| token.is_any(words));
    let old = |tables: Vec<String>| tables.is_empty() || tables.iter().any(|table| !made.contains(table));
    match () {
        () if verb.is_word("TRUNCATE") => {
            let table = if second(&["TABLE"]) { after_table(code) } else { names(&code[1..]) };
            old(table)
        }
        () if verb.is_word("DROP") => {
            second(&["SCHEMA", "DATABASE"])
                || (has("TABLE") && second(&["TABLE", "TEMPORARY"]) && old(after_table(code)))
                // With the columns that are of it.
                || (second(&["TYPE", "DOMAIN", "EXTENSION"]) && has("CASCADE"))
        }
        () if verb.is_word("ALTER") => {
            let table = code.iter().take(3).any(|token| token.is_word("TABLE"));
            table
                && code.windows(2).any(|pair| takes_part(pair[0], pair[1]))
                && old(after_table(code).into_iter().take(1).collect())
        }
        () if verb.is_word("DELETE") => {
            let chosen = ["WHERE", "USING", "JOIN", "LIMIT"].iter().any(|word| has(word));
            let from = code.iter().position(|token| token.is_word("FROM"));
            !chosen && old(from.map(|at| names(&code[at + 1..])).unwrap_or_default())
        }
        () => false,
    }
}

/// The names behind the word TABLE.
fn after_table(code: &[Token<'_>]) -> Vec<String> {
    code.iter().position(|token| token.is_word("TABLE")).map(|at| names(&code[at + 1..])).unwrap_or_default()
}

/// The names that stand first, with commas between them: without quotes, in small letters, which is enough to know them
/// again within a script.
fn names(code: &[Token<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open = false;
    for token in code.iter().skip_while(|token| token.is_any(&["IF", "NOT", "EXISTS", "ONLY"])) {
        let is_name = matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier);
        let first = found.is_empty();
        match found.last_mut() {
            Some(last) if is_name && open && last.ends_with('.') => last.push_str(&plain(token.text)),
            Some(last) if token.is_mark(".") => last.push('.'),
            Some(_) if token.is_mark(",") => {}
            _ if is_name && (first || open) => found.push(plain(token.text)),
            _ => break,
        }
        open = !is_name;
    }
    found
}

fn plain(name: &str) -> String {
    name.trim_matches(|c| matches!(c, '"' | '`' | '[' | ']')).to_lowercase()
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
            "CREATE TABLE a (x int); DROP TABLE a, b",
            "CREATE TABLE b.a (x int); DROP TABLE a",
        ] {
            assert_eq!(losing_statements(&LexicalRules::NEUTRAL, lossy).unwrap().len(), 1, "{lossy}");
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
            "CREATE TEMP TABLE \"Keep\" AS SELECT 1; DELETE FROM keep; DROP TABLE IF EXISTS keep",
            "CREATE TABLE a.b (x int); CREATE TABLE c (x int); TRUNCATE a.b; ALTER TABLE c DROP x; DROP TABLE a.b, c CASCADE",
        ] {
            assert_eq!(
                losing_statements(&LexicalRules::NEUTRAL, harmless).unwrap(),
                Vec::<String>::new(),
                "{harmless}"
            );
        }
    }
}
