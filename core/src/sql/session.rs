use std::collections::BTreeSet;

use super::{LexicalRules, Token, TokenKind, tokens};

/// System variables that say what the session has done, and not how it is set.
const VOLATILE: &[&str] = &[
    "error_count",
    "identity",
    "insert_id",
    "last_insert_id",
    "pseudo_thread_id",
    "rand_seed1",
    "rand_seed2",
    "row_count",
    "rowcount",
    "timestamp",
    "warning_count",
];

/// What statements have left in a session, as far as it can be left in another one by saying them again.
///
/// A value that was computed (`SET @id = LAST_INSERT_ID()`, `SELECT … INTO @n`) is another one when it is computed again:
/// it is lost with its session, and so is what was made of it.
#[derive(Debug, Clone, Default)]
pub struct SessionMemory {
    lost: BTreeSet<String>,
}

/// What becomes of a statement in another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repetition {
    /// It is said again, and does the same.
    Same,
    /// What it kept is lost; it does no harm unless somebody asks for it.
    Lost,
    /// It may have set the session in a way that nobody can tell.
    Unknown,
}

impl SessionMemory {
    /// Takes note of a statement that was said for the session.
    pub fn note(&mut self, rules: &LexicalRules, sql: &str) -> Repetition {
        let code: Vec<Token<'_>> = tokens(rules, sql).filter(Token::is_code).collect();
        let kept = kept(&code);
        let computed = is_computed(&code, &kept.values) || self.is_asked(&code, &kept.places);
        if !computed {
            for name in kept.names {
                self.lost.remove(&name);
            }
            return Repetition::Same;
        }
        if kept.names.is_empty() || !kept.alone {
            return Repetition::Unknown;
        }
        self.lost.extend(kept.names);
        Repetition::Lost
    }

    /// Whether a statement asks for what is lost.
    pub fn is_needed(&self, rules: &LexicalRules, sql: &str) -> bool {
        if self.lost.is_empty() {
            return false;
        }
        let code: Vec<Token<'_>> = tokens(rules, sql).filter(Token::is_code).collect();
        let mut kept = kept(&code);
        // In a query, `@a := @a + 1` reads what it sets.
        if !code.first().is_some_and(|verb| verb.is_word("SET")) {
            kept.places.clear();
        }
        self.is_asked(&code, &kept.places)
    }

    fn is_asked(&self, code: &[Token<'_>], places: &[usize]) -> bool {
        let asks = |(at, token): (usize, &Token<'_>)| {
            !places.contains(&at) && name(token).is_some_and(|name| self.lost.contains(&name))
        };
        code.iter().enumerate().any(asks)
    }
}

/// What a statement keeps in the session under a name.
#[derive(Default)]
struct Kept {
    names: Vec<String>,
    /// Where these names stand.
    places: Vec<usize>,
    /// Whether it does nothing else.
    alone: bool,
    /// Where its values begin.
    values: Vec<usize>,
}

fn kept(code: &[Token<'_>]) -> Kept {
    let mut kept = Kept { alone: true, ..Kept::default() };
    let is = |at: usize, word: &str| code.get(at).is_some_and(|token: &Token<'_>| token.is_word(word));
    if is(0, "PREPARE") {
        kept.names.extend(code.get(1).and_then(name));
        kept.places.push(1);
        kept.values.push(2);
    } else if is(0, "SET") {
        let mut depth = 0usize;
        let mut begins = true;
        for (at, token) in code.iter().enumerate().skip(1) {
            if begins {
                match name(token).filter(|_| is_variable(token)) {
                    Some(name) => {
                        kept.names.push(name);
                        kept.places.push(at);
                    }
                    None => kept.alone = false,
                }
                kept.values.push(at + 1);
            }
            depth = depth + usize::from(token.is_mark("(")) - usize::from(depth > 0 && token.is_mark(")"));
            begins = depth == 0 && token.is_mark(",");
        }
    } else if let Some(into) = code.iter().position(|token| token.is_word("INTO")) {
        kept.values.push(0);
        for (at, token) in code.iter().enumerate().skip(into + 1) {
            match name(token).filter(|_| is_variable(token)) {
                Some(name) => {
                    kept.names.push(name);
                    kept.places.push(at);
                }
                None if token.is_mark(",") => {}
                None => break,
            }
        }
    }
    kept
}

/// Whether values are more than what stands there, or than settings.
fn is_computed(code: &[Token<'_>], values: &[usize]) -> bool {
    let Some(from) = values.first() else { return false };
    code.get(*from..).unwrap_or_default().iter().any(|token| {
        let volatile = token.text.strip_prefix("@@").is_some_and(|rest| {
            let last = rest.rsplit('.').next().unwrap_or_default().trim_matches('`');
            VOLATILE.iter().any(|word| last.eq_ignore_ascii_case(word))
        });
        volatile
            || (token.kind != TokenKind::Parameter
                && name(token).is_some_and(|name| VOLATILE.contains(&name.as_str())))
            || token.is_mark("(")
            || token.is_any(&[
                "SELECT",
                "CURRENT_TIMESTAMP",
                "CURRENT_DATE",
                "CURRENT_TIME",
                "LOCALTIME",
                "INTO",
            ])
    })
}

/// Whether a token is a variable of the user's.
fn is_variable(token: &Token<'_>) -> bool {
    token.kind == TokenKind::Parameter && token.text.starts_with('@') && !token.text.starts_with("@@")
}

/// A name as the session knows it.
fn name(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word | TokenKind::QuotedIdentifier | TokenKind::Parameter => {
            let bare = token.text.replace(['`', '"', '\''], "");
            Some(bare.to_lowercase())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::fixtures::MYSQL;
    use super::*;

    #[test]
    fn what_is_computed_is_lost_and_what_is_said_is_not() {
        let say = |sql: &str| SessionMemory::default().note(&MYSQL, sql);
        for same in [
            "SET sql_mode = ''",
            "SET NAMES utf8mb4",
            "SET @a = 1, @b := 'x'",
            "SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO'",
            "PREPARE st FROM 'ALTER TABLE t ADD c int'",
            "LOCK TABLES t WRITE",
        ] {
            assert_eq!(say(same), Repetition::Same, "{same}");
        }
        for lost in [
            "SET @a = LAST_INSERT_ID()",
            "SET @a = @@last_insert_id",
            "SET @a = @@SESSION.`identity`",
            "SET @a = (SELECT count(*) FROM t)",
            "SET @a = 1, @b = NOW()",
            "SELECT count(*) FROM t INTO @a",
        ] {
            assert_eq!(say(lost), Repetition::Lost, "{lost}");
        }
        assert_eq!(say("SET timestamp = unix_timestamp()"), Repetition::Unknown);
        assert_eq!(say("SET @a = now(), sql_mode = ''"), Repetition::Unknown);
    }

    #[test]
    fn what_is_made_of_what_is_lost_is_lost_too() {
        let mut memory = SessionMemory::default();
        assert_eq!(memory.note(&MYSQL, "SET @s = (SELECT 'x')"), Repetition::Lost);
        assert_eq!(memory.note(&MYSQL, "SET @S2 = @S"), Repetition::Lost);
        assert_eq!(memory.note(&MYSQL, "PREPARE st FROM @s2"), Repetition::Lost);
        assert!(memory.is_needed(&MYSQL, "EXECUTE st"));
        assert!(memory.is_needed(&MYSQL, "INSERT INTO t VALUES (@`s`)"));
        assert!(memory.is_needed(&MYSQL, "SELECT @s := @s + 1"));
        assert!(!memory.is_needed(&MYSQL, "INSERT INTO t VALUES (@other, '@s')"));
        assert!(!memory.is_needed(&MYSQL, "SET @s = 1"));
        assert_eq!(memory.note(&MYSQL, "SET @s = 1"), Repetition::Same);
        assert!(!memory.is_needed(&MYSQL, "SELECT @s"));
    }
}
