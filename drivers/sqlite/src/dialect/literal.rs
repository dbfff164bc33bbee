//! Names, texts and values as a statement holds them.

use limbeck_core::operation::Literal;

use super::NAMES;

/// A name in its quotes.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Names in their quotes, with commas.
pub(super) fn quote_all<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| quote(name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A text in its quotes. SQLite stops reading a statement at a NUL character, so that one is put in by a function.
pub(super) fn text(text: &str) -> String {
    let quoted = |part: &str| format!("'{}'", part.replace('\'', "''"));
    if !text.contains('\0') {
        return quoted(text);
    }
    let parts: Vec<String> = text.split('\0').map(quoted).collect();
    format!("({})", parts.join(" || char(0) || "))
}

/// Texts in their quotes, with commas.
pub(super) fn text_all<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|item| text(item.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A value; `None` if it is given per dialect and not for SQLite.
pub(super) fn literal(value: &Literal) -> Option<String> {
    Some(match value {
        Literal::Bool(true) => "TRUE".to_owned(),
        Literal::Bool(false) => "FALSE".to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Float(number) => float(*number),
        Literal::String(value) => text(value),
        Literal::Sql(sql) => {
            let sql = sql.resolve(NAMES)?.trim();
            // A comment at the end must not swallow what follows.
            if sql.contains("--") { format!("({sql}\n)") } else { sql.to_owned() }
        }
    })
}

/// The shortest text that is read back as the same number.
fn float(number: f64) -> String {
    if number.is_nan() {
        // SQLite has no NaN: it stores NULL for it.
        "NULL".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "9e999".to_owned() } else { "-9e999".to_owned() }
    } else {
        format!("{number:?}")
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::schema::Sql;

    use super::*;

    #[test]
    fn quotes_are_doubled_and_nul_is_put_in_by_a_function() {
        assert_eq!(quote("a\"b"), "\"a\"\"b\"");
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text("a\0b"), "('a' || char(0) || 'b')");
    }

    #[test]
    fn values_keep_their_kind() {
        assert_eq!(literal(&Literal::Float(1.0)).as_deref(), Some("1.0"));
        assert_eq!(literal(&Literal::Float(1e300)).as_deref(), Some("1e300"));
        assert_eq!(literal(&Literal::Float(f64::NEG_INFINITY)).as_deref(), Some("-9e999"));
        assert_eq!(literal(&Literal::Bool(true)).as_deref(), Some("TRUE"));
        assert_eq!(literal(&Literal::Sql(Sql::from(" NULL "))).as_deref(), Some("NULL"));
        assert_eq!(literal(&Literal::Sql(Sql::only("mysql", "1".to_owned()))), None);
    }
}
