//! Types: portable ones in SQLite's words, and back; affinities.

use limbeck_core::schema::Type;

/// What SQLite calls a type.
///
/// # Errors
/// What to choose instead, where SQLite has nothing of the kind.
pub(super) fn render(ty: &Type) -> Result<String, String> {
    Ok(match ty {
        Type::Binary(_) | Type::Varbinary(_) | Type::Blob => "blob".to_owned(),
        Type::Time(_) => "time".to_owned(),
        Type::Timestamp(_) | Type::TimestampTz(_) => "timestamp".to_owned(),
        Type::Text | Type::Uuid | Type::Json | Type::Jsonb | Type::Enum(_) => "text".to_owned(),
        Type::Interval => {
            return Err("choose `integer` (a count of seconds) or `text` (ISO 8601), for SQLite alone with \
                        `type = { sqlite = \"integer\", default = \"interval\" }`"
                .to_owned());
        }
        Type::Array(_) => {
            return Err("choose `json`, or a table of its own for the items; for SQLite alone with \
                        `type = { sqlite = \"text\", default = \"array(…)\" }`"
                .to_owned());
        }
        Type::Native(text) => text.clone(),
        Type::Boolean
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Real
        | Type::Double
        | Type::Decimal(_)
        | Type::Char(_)
        | Type::Varchar(_)
        | Type::Date => ty.to_string(),
    })
}

/// What a portable type is called in a STRICT table, which knows six types only; the server's own stay as they are.
/// Decimals are `any`, which alone keeps every digit.
pub(super) fn render_strict(ty: &Type) -> Result<String, String> {
    let name = match ty {
        Type::Boolean | Type::SmallInt | Type::Integer | Type::BigInt => "integer",
        Type::Real | Type::Double => "real",
        Type::Decimal(_) => "any",
        Type::Char(_) | Type::Varchar(_) | Type::Date | Type::Time(_) => "text",
        Type::Timestamp(_) | Type::TimestampTz(_) => "text",
        _ => return render(ty),
    };
    Ok(name.to_owned())
}

/// The type that a column's text means: portable only if that renders to the very same text.
pub(crate) fn parse(text: &str) -> Type {
    Type::parse_portable(text)
        .filter(|ty| render(ty).is_ok_and(|rendered| rendered.eq_ignore_ascii_case(text)))
        .unwrap_or_else(|| Type::Native(text.to_owned()))
}

/// What SQLite makes of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    /// The affinity of a column whose declared type is `text`, by the rules in SQLite's documentation. In a STRICT
    /// table `any` keeps what it gets.
    pub(super) fn of(text: &str, strict: bool) -> Self {
        let upper = text.to_ascii_uppercase();
        let has = |word: &str| upper.contains(word);
        if strict && upper.trim() == "ANY" {
            Self::Blob
        } else if has("INT") {
            Self::Integer
        } else if has("CHAR") || has("CLOB") || has("TEXT") {
            Self::Text
        } else if has("BLOB") || upper.trim().is_empty() {
            Self::Blob
        } else if has("REAL") || has("FLOA") || has("DOUB") {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    /// What a CAST to it is written with.
    pub(super) fn cast(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Text => "TEXT",
            Self::Blob => "BLOB",
            Self::Real => "REAL",
            Self::Numeric => "NUMERIC",
        }
    }
}

/// A value of the type that says nothing: 0, the empty text, the beginning of time.
pub(super) fn stand_in(ty: &Type) -> Option<String> {
    let text = render(ty).ok()?;
    let upper = text.to_ascii_uppercase();
    let has = |word: &str| upper.contains(word);
    let value = if has("TIMESTAMP") || has("DATETIME") {
        "'1970-01-01 00:00:00'"
    } else if has("DATE") {
        "'1970-01-01'"
    } else if has("TIME") {
        "'00:00:00'"
    } else if has("JSON") {
        "'{}'"
    } else {
        match Affinity::of(&text, false) {
            Affinity::Integer | Affinity::Real | Affinity::Numeric => "0",
            Affinity::Text => "''",
            Affinity::Blob => "x''",
        }
    };
    Some(value.to_owned())
}

/// The CAST that turns the old values of a column into new ones, where the column's affinity alone would not.
///
/// JSON and dates are kept as they are: their types have the affinity NUMERIC, and a CAST would make the number 2026 of
/// the text `2026-11-22`.
pub(super) fn conversion(before: (&str, bool), after: (&str, bool)) -> Option<&'static str> {
    let (old, new) = (Affinity::of(before.0, before.1), Affinity::of(after.0, after.1));
    let upper = after.0.trim().to_ascii_uppercase();
    let is_number = ["DEC", "NUM", "BOOL"].iter().any(|word| upper.starts_with(word));
    let keeps = match new {
        Affinity::Numeric => !is_number,
        Affinity::Blob => upper != "BLOB",
        Affinity::Integer | Affinity::Text | Affinity::Real => false,
    };
    (old != new && !keeps && !upper.contains("JSON")).then(|| new.cast())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_type_is_portable_only_if_it_renders_back() {
        assert_eq!(parse("VARCHAR(20)"), Type::Varchar(20));
        assert_eq!(parse("integer"), Type::Integer);
        assert_eq!(parse("timestamp"), Type::Timestamp(None));
        for text in ["uuid", "json", "decimal(10)", "timestamp(3)", "varchar ( 20 )", "", "int", "enum(x)"] {
            assert_eq!(parse(text), Type::Native(text.to_owned()));
        }
    }

    #[test]
    fn dates_and_json_are_not_cast() {
        assert_eq!(conversion(("text", false), ("date", false)), None);
        assert_eq!(conversion(("text", false), ("JSON", false)), None);
        assert_eq!(conversion(("text", false), ("any", true)), None);
        assert_eq!(conversion(("JSON", false), ("text", false)), Some("TEXT"));
        assert_eq!(conversion(("varchar(50)", false), ("integer", false)), Some("INTEGER"));
        assert_eq!(conversion(("integer", false), ("boolean", false)), Some("NUMERIC"));
        assert_eq!(conversion(("varchar(50)", false), ("text", false)), None);
    }

    proptest! {
        #[test]
        fn what_is_parsed_renders_back(text in "[ -~]{0,12}|(varchar|char|decimal|time|BLOB|text|real)(\\([0-9]{1,3}(,[0-9])?\\))?") {
            let rendered = render(&parse(&text));
            prop_assert!(rendered.is_ok_and(|rendered| rendered.eq_ignore_ascii_case(&text)));
        }
    }
}
