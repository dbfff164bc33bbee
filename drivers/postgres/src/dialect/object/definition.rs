//! An object's text: the statement that makes it, and what is said of it behind that.

use limbeck_core::schema::Object;
use limbeck_core::sql::{Token, TokenKind, same_tokens, statements, tokens};

use super::super::fault::Fault;
use super::super::{LEXICAL, NAMES};

/// The statements of an object's text. Without any there is nothing to do on PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Definition {
    /// What makes it; empty if there is nothing.
    pub(super) main: String,
    /// What is said of it and its parts behind that: comments, defaults, whether it is enabled.
    pub(super) extras: Vec<String>,
}

impl Definition {
    pub(super) fn of(object: &Object) -> Result<Self, Fault> {
        let text = object
            .definition
            .resolve(NAMES)
            .ok_or_else(|| Fault::NoText(format!("the definition of {}", object.key)))?;
        let parts = statements(&LEXICAL, text).map_err(|error| {
            Fault::unsupported(
                format!("the definition of {} cannot be read: {error}", object.key),
                "correct it",
            )
        })?;
        let mut parts = parts.into_iter().map(|part| part.sql);
        Ok(Self { main: parts.next().unwrap_or_default(), extras: parts.collect() })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.main.is_empty()
    }

    pub(super) fn statements(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.main).chain(&self.extras).filter(|sql| !sql.is_empty()).map(String::as_str)
    }

    /// The words in which the text switches a trigger on or off; `None` if it says nothing of it.
    pub(super) fn switch(&self) -> Option<&'static str> {
        self.statements().find_map(switch)
    }
}

/// The words of `ALTER TABLE name ENABLE REPLICA TRIGGER name`.
fn switch(sql: &str) -> Option<&'static str> {
    let mut code = code(sql);
    if code.get(1).is_some_and(|token| token.is_word("FOREIGN")) {
        code.remove(1);
    }
    let word = |at: usize, word: &str| code.get(at).is_some_and(|token| token.is_word(word));
    if !(word(0, "ALTER") && word(1, "TABLE")) {
        return None;
    }
    let mut at = if word(2, "IF") && word(3, "EXISTS") { 4 } else { 2 };
    if word(at, "ONLY") {
        at += 1;
    }
    at = behind_name(&code, at);
    if code.get(at).is_some_and(|token| token.text == "*") {
        at += 1;
    }
    let found = SWITCHES.iter().find(|words| {
        let mut words = words.split(' ').chain(["TRIGGER"]).enumerate();
        words.all(|(behind, wanted)| word(at + behind, wanted))
    });
    found.copied()
}

/// The words that switch a trigger.
const SWITCHES: [&str; 4] = ["ENABLE", "DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"];

/// Whether two statements are the same but for their layout.
pub(super) fn same(left: &str, right: &str) -> bool {
    same_tokens(&LEXICAL, left, right)
}

/// The tokens of a statement that a server acts on.
pub(in super::super) fn code(sql: &str) -> Vec<Token<'_>> {
    tokens(&LEXICAL, sql).filter(Token::is_code).collect()
}

/// How deep in parentheses each token stands; an opening one stands outside of itself.
pub(super) fn depths(code: &[Token<'_>]) -> Vec<usize> {
    let mut depth = 0_usize;
    code.iter()
        .map(|token| {
            if matches!(token.text, ")" | "]") {
                depth = depth.saturating_sub(1);
            }
            let at = depth;
            if matches!(token.text, "(" | "[") {
                depth += 1;
            }
            at
        })
        .collect()
}

/// The text from the token at `from` up to the one at `to`, which is left out.
pub(super) fn slice<'a>(sql: &'a str, code: &[Token<'_>], from: usize, to: usize) -> &'a str {
    match (code.get(from), to.checked_sub(1).and_then(|last| code.get(last))) {
        (Some(first), Some(last)) if from < to => &sql[first.start..last.span().end],
        _ => "",
    }
}

/// Whether a token can be the name of something, or a part of one.
pub(super) fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier)
}

/// Behind a name that may be qualified and begins at `at`.
pub(super) fn behind_name(code: &[Token<'_>], at: usize) -> usize {
    let mut next = at + 1;
    while code.get(next).is_some_and(|token| token.text == ".") {
        next += 2;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_switch_a_trigger_are_told_from_names() {
        assert_eq!(switch("ALTER TABLE public.enable DISABLE TRIGGER one"), Some("DISABLE"));
        assert_eq!(switch("alter table only \"a b\".t * enable always trigger \"x\""), Some("ENABLE ALWAYS"));
        assert_eq!(
            switch("ALTER TABLE IF EXISTS always ENABLE REPLICA TRIGGER trigger"),
            Some("ENABLE REPLICA")
        );
        assert_eq!(switch("ALTER TABLE t ENABLE TRIGGER trigger"), Some("ENABLE"));
        assert_eq!(switch("ALTER FOREIGN TABLE ONLY t DISABLE TRIGGER x"), Some("DISABLE"));
        assert_eq!(switch("ALTER TABLE t ENABLE RULE trigger"), None);
        assert_eq!(switch("CREATE TRIGGER enable AFTER INSERT ON t"), None);
    }
}
