use super::lexer::expression_tokens;
use super::{LexicalRules, ScanError, Token, TokenKind};

/// A name within an expression that can be a column's: it stands where a value is expected and calls no function.
pub(super) struct Operand<'a> {
    /// The names before it, the outermost first; the last one belongs directly before it.
    pub(super) qualifiers: Vec<Token<'a>>,
    /// The name; `None` for `table.*`.
    pub(super) name: Option<Token<'a>>,
}

/// Words that no column can be called without quotes, and after which a value is expected.
const RESERVED_BEFORE_VALUE: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "IN",
    "LIKE",
    "ILIKE",
    "BETWEEN",
    "IS",
    "FROM",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "DISTINCT",
    "SIMILAR",
    "ALL",
    "ANY",
    "SOME",
    "SYMMETRIC",
    "ASYMMETRIC",
    "DIV",
    "XOR",
    "RLIKE",
    "REGEXP",
    "BOTH",
    "LEADING",
    "TRAILING",
    "ORDER",
    "WHERE",
];

/// Words that may be a column's name, but after a value are followed by another one.
const BEFORE_VALUE: &[&str] =
    &["ZONE", "ESCAPE", "GLOB", "MATCH", "MOD", "TO", "FOR", "BY", "OVERLAPS", "OF"];

/// Words that may be a column's name, unless a value follows.
const PREFIXES: &[&str] = &["INTERVAL", "BINARY"];

/// Words that are values, or that no column can be called without quotes.
const NO_COLUMN: &[&str] = &[
    "NULL",
    "TRUE",
    "FALSE",
    "END",
    "DEFAULT",
    "EXISTS",
    "ARRAY",
    "CAST",
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_USER",
];

/// What `IS` may be followed by that is no value.
const PREDICATES: &[&str] =
    &["JSON", "DOCUMENT", "NORMALIZED", "NFC", "NFD", "NFKC", "NFKD", "UNKNOWN", "OF"];

/// Functions whose first argument is a unit of time.
const TAKE_UNITS: &[&str] = &["EXTRACT", "TIMESTAMPDIFF", "TIMESTAMPADD"];

/// The operands of an expression that are names, in order.
///
/// # Errors
/// What is not closed, and a query inside, whose names may belong to anything.
pub(super) fn operands<'a>(
    rules: &'a LexicalRules,
    expression: &'a str,
) -> Result<Vec<Operand<'a>>, ScanError> {
    let code = code(rules, expression)?;
    let mut found = Vec::new();
    let mut expected = true;
    let mut prior: Option<Token<'_>> = None;
    // Whether each open parenthesis is that of OPERATOR(…), after which a value is expected.
    let mut parentheses = Vec::new();
    let mut at = 0;
    while let Some(token) = code.get(at).copied() {
        let here = at;
        at += 1;
        match token.kind {
            TokenKind::Operator => expected = token.text != "::",
            TokenKind::Punctuation if token.text == "(" => {
                parentheses.push(prior.is_some_and(|t| t.is_word("OPERATOR")));
                expected = true;
            }
            TokenKind::Punctuation if token.text == ")" => expected = parentheses.pop().unwrap_or(false),
            TokenKind::Punctuation => expected = matches!(token.text, "," | "[" | ":" | "{"),
            TokenKind::Word | TokenKind::QuotedIdentifier => {
                let plain = token.kind == TokenKind::Word;
                // `a.b.c` is one name.
                let mut parts = vec![token];
                while code.get(at).is_some_and(|t| t.is_mark(".")) {
                    let Some(part) = code.get(at + 1) else { break };
                    let star = part.kind == TokenKind::Operator && part.text == "*";
                    if !matches!(part.kind, TokenKind::Word | TokenKind::QuotedIdentifier) && !star {
                        break;
                    }
                    parts.push(*part);
                    at += 2;
                }
                let called = code.get(at).is_some_and(|t| t.is_mark("("));
                let typed = code.get(at).is_some_and(|t| t.kind == TokenKind::String);
                let after_dot = here > 0 && code[here - 1].is_mark(".");
                let reserved = plain && parts.len() == 1 && token.is_any(RESERVED_BEFORE_VALUE);
                let predicate = plain
                    && prior.is_some_and(|t| t.is_any(&["IS", "NOT"]))
                    && token.is_any(PREDICATES)
                    && follows_is(&code[..here]);
                let unit =
                    plain && here >= 2 && code[here - 1].is_mark("(") && code[here - 2].is_any(TAKE_UNITS);
                // A quoted name is no key word, so that it is a value after any word that does not say otherwise.
                let odd_word = !plain
                    && prior.is_some_and(|t| {
                        t.kind == TokenKind::Word && !t.is_any(&["AS", "COLLATE", "USING", "END"])
                    })
                    && !expected
                    && !after_value(&code[..here]);
                let value = (expected || odd_word) && !after_dot && !reserved && !predicate && !unit;
                let single = plain && parts.len() == 1;
                let prefix =
                    single && expected && token.is_any(PREFIXES) && code.get(at).is_some_and(begins_value);
                let key_word = prefix || (plain && typed) || (single && token.is_any(NO_COLUMN));
                if value && !called && !key_word {
                    let name = parts.pop().filter(|t| t.kind != TokenKind::Operator);
                    found.push(Operand { qualifiers: parts, name });
                    expected = false;
                } else {
                    expected = reserved || prefix || (single && !expected && token.is_any(BEFORE_VALUE));
                }
            }
            _ => expected = false,
        }
        prior = Some(token);
    }
    Ok(found)
}

/// The tokens that count, if the expression is one whose names can be told apart.
fn code<'a>(rules: &'a LexicalRules, expression: &'a str) -> Result<Vec<Token<'a>>, ScanError> {
    let mut code = Vec::new();
    for token in expression_tokens(rules, expression) {
        match token.kind {
            TokenKind::Unterminated(what) => {
                return Err(ScanError::Unterminated { what, span: token.span() });
            }
            TokenKind::Word if token.is_word("SELECT") => {
                return Err(ScanError::Subquery { span: token.span() });
            }
            _ if token.is_code() => code.push(token),
            _ => {}
        }
    }
    Ok(code)
}

/// `IS` or `IS NOT` at the end.
fn follows_is(before: &[Token<'_>]) -> bool {
    match before {
        [.., is] if is.is_word("IS") => true,
        [.., is, not] => is.is_word("IS") && not.is_word("NOT"),
        _ => false,
    }
}

/// Whether the word at the end is itself a value or a name, which another name cannot follow but as its alias.
fn after_value(before: &[Token<'_>]) -> bool {
    match before {
        [] => false,
        [_] => true,
        [.., first, _] => {
            first.kind == TokenKind::Operator
                || matches!(first.text, "(" | "," | "[" | "." | "::")
                || first.is_any(RESERVED_BEFORE_VALUE)
        }
    }
}

/// Whether a value begins after INTERVAL or BINARY, so that this is no column of that name.
fn begins_value(token: &Token<'_>) -> bool {
    match token.kind {
        TokenKind::Word => {
            !token.is_any(RESERVED_BEFORE_VALUE)
                && !token.is_any(&["COLLATE", "AS", "AT", "ASC", "DESC", "NULLS", "END"])
        }
        TokenKind::QuotedIdentifier | TokenKind::Number | TokenKind::String | TokenKind::Parameter => true,
        _ => false,
    }
}
