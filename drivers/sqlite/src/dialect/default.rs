//! Default expressions.

use limbeck_core::sql::{Token, TokenKind, strip_outer_parens, tokens};

use super::LEXICAL;
use super::literal::text as quoted_text;
use super::lower::unquoted;

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
        // Behind DEFAULT, SQLite takes a name in quotes for a text.
        [token] if token.kind == TokenKind::QuotedIdentifier => Kind::Constant,
        [token] if token.is_any(&["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"]) => Kind::Current,
        [sign, number] if matches!(sign.text, "-" | "+") && number.kind == TokenKind::Number => {
            Kind::Constant
        }
        _ => Kind::Expression,
    }
}

/// An expression without the parentheses around it. One that has two pairs or more keeps them all: so it was written.
pub(super) fn bare(text: &str) -> &str {
    if is_doubled(text) { text.trim() } else { strip_outer_parens(&LEXICAL, text).trim() }
}

/// Whether two pairs of parentheses or more stand around the whole expression.
fn is_doubled(text: &str) -> bool {
    let text = text.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return false };
    let whole = strip_outer_parens(&LEXICAL, text);
    whole != text && whole != inner.trim() && strip_outer_parens(&LEXICAL, inner) == whole
}

/// The default as a value in a query, where a name in quotes would be a column.
pub(super) fn value(text: &str) -> String {
    let mut pieces = tokens(&LEXICAL, text).filter(Token::is_code);
    match (pieces.next(), pieces.next()) {
        (Some(only), None) if only.kind == TokenKind::QuotedIdentifier => {
            quoted_text(&unquoted(&only).unwrap_or_default())
        }
        _ => in_parens(text),
    }
}

/// The default as an introspector would see it: without the parentheses around an expression.
pub(super) fn canonical(text: &str) -> String {
    let stripped = bare(text);
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

/// Whether a comment at the end of an expression would swallow what stands behind it.
pub(super) fn ends_in_comment(expression: &str) -> bool {
    tokens(&LEXICAL, expression)
        .last()
        .is_some_and(|token| token.kind == TokenKind::Comment && token.text.starts_with("--"))
}

/// An expression with parentheses around it, which a comment at its end does not swallow.
pub(super) fn in_parens(expression: &str) -> String {
    let expression = expression.trim();
    if is_doubled(expression) {
        return expression.to_owned();
    }
    if ends_in_comment(expression) { format!("({expression}\n)") } else { format!("({expression})") }
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
        assert_eq!(render("\"x\""), "\"x\"");
        assert_eq!(value("\"it's\""), "'it''s'");
        assert_eq!(render("((5))"), "((5))");
        assert_eq!(canonical("(datetime('now'))"), "datetime('now')");
        assert_eq!(canonical("(1)"), "1");
        assert_eq!(canonical("((1))"), "((1))");
        assert_eq!(canonical("((1) + (2))"), "(1) + (2)");
        assert_eq!(canonical("(1) + (2)"), "(1) + (2)");
        assert_eq!(canonical("current_date"), "CURRENT_DATE");
    }
}
