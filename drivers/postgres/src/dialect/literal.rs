//! Names, texts and values as a statement holds them.

use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::Literal;

use super::NAMES;

/// A name in its quotes.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn quote(name: &Ident) -> String {
    identifier(name.as_str())
}

/// A name with its schema, each in its quotes.
pub(crate) fn quote_name(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}

/// Names in their quotes, with commas.
pub(super) fn quote_all<'a>(names: impl IntoIterator<Item = &'a Ident>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

/// A text in its quotes, whatever `standard_conforming_strings` says. The server takes no NUL in a text.
pub(crate) fn text(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

/// A value; `None` if it is given per dialect and not for PostgreSQL.
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
        "'NaN'::double precision".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 {
            "'Infinity'::double precision".to_owned()
        } else {
            "'-Infinity'::double precision".to_owned()
        }
    } else {
        format!("{number:?}")
    }
}

/// What stands behind SQL's words where a name of a collation, a tablespace's neighbour or the like is asked for: a text
/// that is written as SQL writes names, in quotes, stays; anything else is one name.
pub(super) fn name_or_sql(given: &str) -> String {
    if given.starts_with('"') || given.contains(".\"") { given.to_owned() } else { identifier(given) }
}

/// A block that the server runs, in dollar quotes that nothing within closes.
pub(super) fn do_block(body: &str) -> String {
    let mut tag = String::from("$limbeck$");
    while body.contains(&tag) {
        tag.insert(1, '_');
    }
    format!("DO {tag} {body} {tag}")
}

#[cfg(test)]
mod tests {
    use limbeck_core::schema::Sql;

    use super::*;

    #[test]
    fn quotes_and_backslashes_are_kept() {
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(text("it's"), "'it''s'");
        assert_eq!(text("a\\'b"), "E'a\\\\''b'");
    }

    #[test]
    fn values_keep_their_kind() {
        assert_eq!(literal(&Literal::Float(1.0)).as_deref(), Some("1.0"));
        assert_eq!(literal(&Literal::Float(1e300)).as_deref(), Some("1e300"));
        assert_eq!(literal(&Literal::Bool(true)).as_deref(), Some("TRUE"));
        assert_eq!(literal(&Literal::Sql(Sql::from(" NULL "))).as_deref(), Some("NULL"));
        assert_eq!(literal(&Literal::Sql(Sql::only("mysql", "1".to_owned()))), None);
    }

    #[test]
    fn collations_are_names_or_sql() {
        assert_eq!(name_or_sql("en_US.utf8"), "\"en_US.utf8\"");
        assert_eq!(name_or_sql("\"app\".\"de\""), "\"app\".\"de\"");
    }
}
