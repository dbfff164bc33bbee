//! Default expressions.

use limbeck_core::sql::{Token, TokenKind, strip_outer_parens, tokens};

use super::LEXICAL;

/// What a default is, as far as ALTER TABLE cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// NULL.
    Null,
    /// A number with or without a sign, a text, a blob, TRUE or FALSE.
    Constant,
    /// `CURRENT_TIMESTAMP`, `CURRENT_DATE`, `CURRENT_TIME`.
    Current,
    /// Anything else.
    Expression,
}

/// What `text` is.
pub(super) fn kind(text: &str) -> Kind {
    // Comments would have to be told from what they comment: an expression may hold them.
    let pieces: Vec<Token<'_>> =
        tokens(&LEXICAL, text).filter(|token| token.kind != TokenKind::Space).collect();
    let constant = |token: &Token<'_>| matches!(token.kind, TokenKind::Number | TokenKind::String);
    match pieces.as_slice() {
        [token] if token.is_word("NULL") => Kind::Null,
        [token] if token.is_any(&["TRUE", "FALSE"]) || constant(token) => Kind::Constant,
        [token] if token.is_any(&["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"]) => Kind::Current,
        [sign, number] if matches!(sign.text, "-" | "+") && number.kind == TokenKind::Number => {
            Kind::Constant
        }
        _ => Kind::Expression,
    }
}

/// The default as an introspector would see it: without the parentheses around an expression.
pub(super) fn canonical(text: &str) -> String {
    let stripped = strip_outer_parens(&LEXICAL, text).trim();
    match kind(stripped) {
        Kind::Null | Kind::Current => stripped.to_ascii_uppercase(),
        Kind::Constant | Kind::Expression => stripped.to_owned(),
    }
}

/// What stands behind DEFAULT: an expression has parentheses around it.
pub(super) fn render(text: &str) -> String {
    match kind(text) {
        Kind::Expression => in_parens(text),
        Kind::Null | Kind::Constant | Kind::Current => text.trim().to_owned(),
    }
}

/// An expression with parentheses around it, which a comment at its end does not swallow.
pub(super) fn in_parens(expression: &str) -> String {
    let expression = expression.trim();
    let comment = tokens(&LEXICAL, expression)
        .last()
        .is_some_and(|token| token.kind == TokenKind::Comment && token.text.starts_with("--"));
    if comment { format!("({expression}\n)") } else { format!("({expression})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_expressions_get_parentheses() {
        for plain in ["1", "-1.5e3", "'it''s'", "x'00'", "NULL", "current_timestamp", "TRUE"] {
            assert_eq!(render(plain), plain);
        }
        assert_eq!(render("datetime('now')"), "(datetime('now'))");
        assert_eq!(render("1 + 1"), "(1 + 1)");
        assert_eq!(render("1 -- one"), "(1 -- one\n)");
        assert_eq!(render("\"x\""), "(\"x\")");
        assert_eq!(canonical("(datetime('now'))"), "datetime('now')");
        assert_eq!(canonical("((1))"), "1");
        assert_eq!(canonical("(1) + (2)"), "(1) + (2)");
        assert_eq!(canonical("current_date"), "CURRENT_DATE");
    }
}
