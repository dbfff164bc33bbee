//! Names, texts and values as a statement holds them.

use limbeck_core::operation::Literal;

/// A name in its quotes.
pub(crate) fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Names in their quotes, with commas.
pub(crate) fn quote_all<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> String {
    names.into_iter().map(|name| quote(name.as_ref())).collect::<Vec<_>>().join(",")
}

/// A text in its quotes, as the servers write it. The session reads backslashes as escapes.
pub(crate) fn text(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for character in text.chars() {
        match character {
            '\0' => quoted.push_str("\\0"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\\' => quoted.push_str("\\\\"),
            '\'' => quoted.push_str("''"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// The text that a string literal means; `None` if it is none.
pub(crate) fn unquoted_text(literal: &str) -> Option<String> {
    let mark = literal.chars().next().filter(|mark| matches!(mark, '\'' | '"'))?;
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    let mut read = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            match characters.next()? {
                '0' => read.push('\0'),
                'n' => read.push('\n'),
                'r' => read.push('\r'),
                't' => read.push('\t'),
                'b' => read.push('\u{8}'),
                'Z' => read.push('\u{1a}'),
                other => read.push(other),
            }
        } else {
            read.push(character);
            if character == mark {
                // The second of a pair.
                characters.next();
            }
        }
    }
    Some(read)
}

/// The name that a quoted or plain name is.
pub(crate) fn unquoted_name(text: &str) -> String {
    for (quote, doubled) in [("`", "``"), ("\"", "\"\"")] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return inner.replace(doubled, quote);
        }
    }
    text.to_owned()
}

/// A value; `None` if it is given per dialect and not for a dialect that answers to `names`.
pub(crate) fn literal(names: &[&str], value: &Literal) -> Option<String> {
    Some(match value {
        Literal::Bool(true) => "TRUE".to_owned(),
        Literal::Bool(false) => "FALSE".to_owned(),
        Literal::Integer(number) => number.to_string(),
        Literal::Float(number) => float(*number),
        Literal::String(value) => text(value),
        Literal::Sql(sql) => {
            let sql = sql.resolve(names)?.trim();
            // A comment at the end must not swallow what follows.
            if sql.contains("--") || sql.contains('#') { format!("({sql}\n)") } else { sql.to_owned() }
        }
    })
}

/// The shortest text that is read back as the same number. The servers have neither NaN nor infinity.
fn float(number: f64) -> String {
    if number.is_finite() { format!("{number:e}") } else { "NULL".to_owned() }
}

#[cfg(test)]
mod tests {
    use limbeck_core::schema::Sql;

    use super::*;

    #[test]
    fn quotes_and_backslashes_are_doubled() {
        assert_eq!(quote("a`b"), "`a``b`");
        assert_eq!(text("it's \\ \n\0"), "'it''s \\\\ \\n\\0'");
        for value in ["it's", "a\\b", "line\nline\r", "\0", "''", "\\'", ""] {
            assert_eq!(unquoted_text(&text(value)).as_deref(), Some(value));
        }
        assert_eq!(unquoted_text("\"a\"\"b\""), Some("a\"b".to_owned()));
        assert_eq!(unquoted_name("`a``b`"), "a`b");
    }

    #[test]
    fn values_keep_their_kind() {
        let names = &["mariadb", "mysql"];
        assert_eq!(literal(names, &Literal::Float(1.5)).as_deref(), Some("1.5e0"));
        assert_eq!(literal(names, &Literal::Bool(true)).as_deref(), Some("TRUE"));
        let only = |name: &str| Literal::Sql(Sql::only(name, "1".to_owned()));
        assert_eq!(literal(names, &only("mysql")).as_deref(), Some("1"));
        assert_eq!(literal(names, &only("postgres")), None);
    }
}
