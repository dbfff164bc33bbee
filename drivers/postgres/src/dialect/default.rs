//! Expressions: the parentheses round them, and the comments in them.

use limbeck_core::sql::{Token, TokenKind, strip_outer_parens, tokens};

use super::LEXICAL;

/// An expression without the parentheses round it. A comment at its end gets a new line, so that it swallows nothing.
pub(crate) fn bare(text: &str) -> String {
    let stripped = strip_outer_parens(&LEXICAL, text).trim();
    if ends_in_comment(stripped) { format!("{stripped}\n") } else { stripped.to_owned() }
}

/// What stands behind DEFAULT. In a definition of a column the server takes no words there that could begin another clause
/// (`NOT`, `COLLATE`), nor operators that are words (`AT TIME ZONE`), but within parentheses.
pub(super) fn render(text: &str) -> String {
    let text = text.trim();
    let end = if ends_in_comment(text) { "\n" } else { "" };
    if needs_parentheses(text) { format!("({text}{end})") } else { format!("{text}{end}") }
}

fn needs_parentheses(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "AND", "OR", "NOT", "IS", "ISNULL", "NOTNULL", "IN", "BETWEEN", "LIKE", "ILIKE", "SIMILAR", "ANY",
        "SOME", "ALL", "AT", "COLLATE", "OVERLAPS", "OPERATOR",
    ];
    let mut depth = 0_usize;
    tokens(&LEXICAL, text).filter(Token::is_code).any(|token| {
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.is_any(WORDS)
    })
}

fn ends_in_comment(expression: &str) -> bool {
    tokens(&LEXICAL, expression)
        .last()
        .is_some_and(|token| token.kind == TokenKind::Comment && token.text.starts_with("--"))
}

/// Whether it is the same for every row, so that the server can give it to rows that are there without writing them:
/// a value, with a sign and a type cast at most, or a moment.
pub(super) fn is_constant(text: &str) -> bool {
    let pieces: Vec<Token<'_>> = tokens(&LEXICAL, text).filter(Token::is_code).collect();
    let value = |token: &Token<'_>| {
        matches!(token.kind, TokenKind::Number | TokenKind::String)
            || token.is_any(&["NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE"])
    };
    match pieces.as_slice() {
        [only] => value(only),
        [sign, number] => matches!(sign.text, "-" | "+") && number.kind == TokenKind::Number,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parentheses_go_and_comments_end() {
        assert_eq!(bare("((a > 0))"), "a > 0");
        assert_eq!(bare("(a) + (b)"), "(a) + (b)");
        assert_eq!(bare("a > 0 -- positive"), "a > 0");
        assert_eq!(render("1 -- one"), "1 -- one\n");
    }

    #[test]
    fn what_is_no_plain_expression_keeps_parentheses() {
        for text in ["now() AT TIME ZONE 'utc'", "'a' COLLATE \"C\"", "1 IS NOT NULL", "a() -- x\n OR b()"] {
            assert_eq!(render(text), format!("({text})"));
        }
        for text in ["now()", "(a() AND b())", "f(1 IN (1, 2))", "(1 + 2) * 3", "\"not\"", "'at'::text"] {
            assert_eq!(render(text), text);
        }
    }

    #[test]
    fn constants_are_known() {
        for text in ["1", "-1.5", "'x'", "NULL", "true", "current_timestamp"] {
            assert!(is_constant(text), "{text}");
        }
        for text in ["a", "lower(a)", "1 + 1", "random()", "\"x\""] {
            assert!(!is_constant(text), "{text}");
        }
    }
}
