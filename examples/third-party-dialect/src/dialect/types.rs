//! Types.

use limbeck_core::schema::{Cast, Type};

/// Other words for the types that DuckDB shows by one name.
const ALIASES: [(&str, &str); 26] = [
    ("BIGINT", "INT8"),
    ("BIGINT", "LONG"),
    ("BIGINT", "INT64"),
    ("BLOB", "BYTEA"),
    ("BLOB", "BINARY"),
    ("BLOB", "VARBINARY"),
    ("BOOLEAN", "BOOL"),
    ("BOOLEAN", "LOGICAL"),
    ("DOUBLE", "FLOAT8"),
    ("DOUBLE", "DOUBLE PRECISION"),
    ("FLOAT", "FLOAT4"),
    ("FLOAT", "REAL"),
    ("INTEGER", "INT"),
    ("INTEGER", "INT4"),
    ("INTEGER", "SIGNED"),
    ("INTEGER", "INT32"),
    ("SMALLINT", "INT2"),
    ("SMALLINT", "SHORT"),
    ("SMALLINT", "INT16"),
    ("TIMESTAMP", "DATETIME"),
    ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"),
    ("TINYINT", "INT1"),
    ("VARCHAR", "TEXT"),
    ("VARCHAR", "STRING"),
    ("VARCHAR", "CHAR"),
    ("VARCHAR", "BPCHAR"),
];

/// The type that a text of DuckDB's means.
pub(crate) fn parse(text: &str) -> Type {
    let trimmed = text.trim();
    if let Some(item) = trimmed.strip_suffix("[]") {
        return match parse(item) {
            Type::Native(_) => Type::Native(trimmed.to_owned()),
            item => Type::Array(Box::new(item)),
        };
    }
    match trimmed {
        "BOOLEAN" => Type::Boolean,
        "SMALLINT" => Type::SmallInt,
        "INTEGER" => Type::Integer,
        "BIGINT" => Type::BigInt,
        "FLOAT" => Type::Real,
        "DOUBLE" => Type::Double,
        "VARCHAR" => Type::Text,
        "BLOB" => Type::Blob,
        "DATE" => Type::Date,
        "TIME" => Type::Time(None),
        "TIMESTAMP_S" => Type::Timestamp(Some(0)),
        "TIMESTAMP_MS" => Type::Timestamp(Some(3)),
        "TIMESTAMP" => Type::Timestamp(None),
        "TIMESTAMP_NS" => Type::Timestamp(Some(9)),
        "TIMESTAMP WITH TIME ZONE" => Type::TimestampTz(None),
        "INTERVAL" => Type::Interval,
        "UUID" => Type::Uuid,
        "JSON" => Type::Json,
        _ => decimal(trimmed).unwrap_or_else(|| Type::Native(trimmed.to_owned())),
    }
}

/// `DECIMAL(18,3)`.
fn decimal(text: &str) -> Option<Type> {
    let (digits, scale) = text.strip_prefix("DECIMAL(")?.strip_suffix(')')?.split_once(',')?;
    let ty = Type::Decimal(Some((digits.parse().ok()?, scale.parse().ok()?)));
    (render(&ty).as_deref() == Ok(text)).then_some(ty)
}

/// The name by which DuckDB shows a type that somebody wrote.
pub(super) fn spelt(text: &str) -> String {
    let text = text.trim();
    if let Some(item) = text.strip_suffix("[]") {
        return format!("{}[]", spelt(item));
    }
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b' '));
    if !plain {
        return text.to_owned();
    }
    let upper = text.to_ascii_uppercase();
    ALIASES.iter().find(|(_, other)| *other == upper).map_or(upper.clone(), |(name, _)| (*name).to_owned())
}

/// A type as DuckDB writes it.
pub(super) fn render(ty: &Type) -> Result<String, String> {
    Ok(match ty {
        Type::Boolean => "BOOLEAN".to_owned(),
        Type::SmallInt => "SMALLINT".to_owned(),
        Type::Integer => "INTEGER".to_owned(),
        Type::BigInt => "BIGINT".to_owned(),
        Type::Real => "FLOAT".to_owned(),
        Type::Double => "DOUBLE".to_owned(),
        // What DuckDB makes of a bare DECIMAL.
        Type::Decimal(None) => "DECIMAL(18,3)".to_owned(),
        Type::Decimal(Some((digits, scale))) => {
            if *digits == 0 || *digits > 38 || scale > digits {
                return Err("DuckDB has decimals of 1 to 38 digits; take fewer, or `double`".to_owned());
            }
            format!("DECIMAL({digits},{scale})")
        }
        // No length of a text is kept, and none is demanded.
        Type::Char(_) | Type::Varchar(_) | Type::Text => "VARCHAR".to_owned(),
        // A column of an enum has its words in its type, which lowering puts in.
        Type::Enum(_) => "VARCHAR".to_owned(),
        Type::Binary(_) | Type::Varbinary(_) | Type::Blob => "BLOB".to_owned(),
        Type::Date => "DATE".to_owned(),
        Type::Time(_) => "TIME".to_owned(),
        Type::Timestamp(Some(0)) => "TIMESTAMP_S".to_owned(),
        Type::Timestamp(Some(1..=3)) => "TIMESTAMP_MS".to_owned(),
        Type::Timestamp(None | Some(4..=6)) => "TIMESTAMP".to_owned(),
        Type::Timestamp(Some(_)) => "TIMESTAMP_NS".to_owned(),
        Type::TimestampTz(_) => "TIMESTAMP WITH TIME ZONE".to_owned(),
        Type::Interval => "INTERVAL".to_owned(),
        Type::Uuid => "UUID".to_owned(),
        Type::Json | Type::Jsonb => "JSON".to_owned(),
        Type::Array(item) => format!("{}[]", render(item)?),
        Type::Native(text) => spelt(text),
    })
}

/// What rows get in a column that comes back without its values.
pub(super) fn stand_in(ty: &Type) -> Option<String> {
    Some(
        match ty {
            Type::Boolean => "FALSE",
            Type::SmallInt | Type::Integer | Type::BigInt | Type::Real | Type::Double | Type::Decimal(_) => {
                "0"
            }
            Type::Char(_) | Type::Varchar(_) | Type::Text => "''",
            Type::Binary(_) | Type::Varbinary(_) | Type::Blob => "''::BLOB",
            Type::Date => "'1970-01-01'",
            Type::Time(_) => "'00:00:00'",
            Type::Timestamp(_) => "'1970-01-01 00:00:00'",
            Type::TimestampTz(_) => "'1970-01-01 00:00:00+00'",
            Type::Interval => "INTERVAL 0 SECONDS",
            Type::Uuid => "'00000000-0000-0000-0000-000000000000'",
            Type::Json | Type::Jsonb => "'{}'",
            Type::Array(_) => "[]",
            Type::Enum(_) | Type::Native(_) => return None,
        }
        .to_owned(),
    )
}

/// The value `value` of one type as one of another.
pub(super) fn converted(value: &str, from: &str, to: &str) -> String {
    // DuckDB turns each kind of TIMESTAMP into the plain one and back, and not one into the other.
    let kind = |text: &str| matches!(text, "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS");
    let value = if kind(from) && kind(to) { format!("CAST({value} AS TIMESTAMP)") } else { value.to_owned() };
    format!("CAST({value} AS {to})")
}

/// Who turns values of one type into those of another: DuckDB casts whatever can be cast.
pub(super) fn cast(from: &Type, to: &Type) -> Cast {
    let number = |ty: &Type| {
        matches!(
            ty,
            Type::SmallInt | Type::Integer | Type::BigInt | Type::Real | Type::Double | Type::Decimal(_)
        )
    };
    let moment = |ty: &Type| matches!(ty, Type::Date | Type::Timestamp(_) | Type::TimestampTz(_));
    let same = render(from) == render(to);
    let to_text = matches!(to, Type::Char(_) | Type::Varchar(_) | Type::Text);
    if same || to_text || (number(from) && number(to)) || (moment(from) && moment(to)) {
        Cast::Sure
    } else {
        Cast::Tried
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in [
            "BOOLEAN",
            "DECIMAL(18,3)",
            "VARCHAR",
            "TIMESTAMP_S",
            "TIMESTAMP WITH TIME ZONE",
            "INTEGER[][]",
            "HUGEINT",
            "ENUM('a', 'b')",
            "STRUCT(a INTEGER, b VARCHAR)[]",
            "MAP(VARCHAR, INTEGER)",
        ] {
            assert_eq!(render(&parse(text)).as_deref(), Ok(text));
        }
    }

    #[test]
    fn other_words_mean_the_same() {
        for (written, shown) in [("int", "INTEGER"), ("text[]", "VARCHAR[]"), ("hugeint", "HUGEINT")] {
            assert_eq!(spelt(written), shown);
        }
    }
}
