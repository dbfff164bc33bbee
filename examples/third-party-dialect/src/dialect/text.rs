//! Names, texts and values as a statement holds them.

use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Literal;
use limbeck_core::sql::{TokenKind, strip_outer_parens, tokens};

use super::{LEXICAL, MAIN, NAMES};

/// A name in its quotes.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The name of something in a namespace. `main` is said: else a table of that name in `temp` would be taken.
pub(super) fn name(name: &Name) -> String {
    let schema = name.schema.as_ref().map_or(MAIN, Ident::as_str);
    format!("{}.{}", quote(schema), quote(name.name.as_str()))
}

/// Names in their quotes, with commas.
pub(super) fn quote_all<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| quote(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A text in its quotes. The library stops reading a statement at a NUL character, so that one is put in by a function.
pub(super) fn text(text: &str) -> String {
    let quoted = |part: &str| format!("'{}'", part.replace('\'', "''"));
    if !text.contains('\0') {
        return quoted(text);
    }
    let parts: Vec<String> = text.split('\0').map(quoted).collect();
    format!("({})", parts.join(" || chr(0) || "))
}

/// Texts in their quotes, with commas.
pub(super) fn text_all<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|item| text(item.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A value; `None` if it is given per dialect and not for DuckDB.
pub(super) fn literal(value: &Literal) -> Option<String> {
    Some(match value {
        Literal::Bool(true) => "TRUE".to_owned(),
        Literal::Bool(false) => "FALSE".to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Float(number) if number.is_finite() => format!("{number:?}"),
        Literal::Float(number) if number.is_nan() => "CAST('NaN' AS DOUBLE)".to_owned(),
        Literal::Float(number) if *number > 0.0 => "CAST('Infinity' AS DOUBLE)".to_owned(),
        Literal::Float(_) => "CAST('-Infinity' AS DOUBLE)".to_owned(),
        Literal::String(value) => text(value),
        Literal::Sql(sql) => ended(sql.resolve(NAMES)?.trim()),
    })
}

/// An expression without the parentheses around it.
pub(super) fn bare(expression: &str) -> &str {
    strip_outer_parens(&LEXICAL, expression)
}

/// An expression in parentheses.
pub(super) fn in_parens(expression: &str) -> String {
    format!("({})", ended(expression.trim()))
}

/// An expression of which a comment at its end does not swallow what stands behind it.
fn ended(expression: &str) -> String {
    let last = tokens(&LEXICAL, expression).last();
    match last {
        Some(token) if token.kind == TokenKind::Comment && token.text.starts_with("--") => {
            format!("{expression}\n")
        }
        _ => expression.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_and_nul_is_put_in_by_a_function() {
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text("a\0b"), "('a' || chr(0) || 'b')");
        assert_eq!(in_parens("1 -- one"), "(1 -- one\n)");
    }
}
