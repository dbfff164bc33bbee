//! Types: portable ones in PostgreSQL's words, and back.

use limbeck_core::schema::{Type, TypeSpec};

use super::NAME;
use super::literal::quote_name;

/// What PostgreSQL calls a type in a statement.
pub(super) fn render(ty: &Type) -> String {
    match ty {
        Type::Binary(_) | Type::Varbinary(_) | Type::Blob => "bytea".to_owned(),
        Type::Double => "double precision".to_owned(),
        Type::Decimal(None) => "numeric".to_owned(),
        Type::Decimal(Some((digits, scale))) => format!("numeric({digits},{scale})"),
        Type::Time(digits) => timed("time", *digits),
        Type::Timestamp(digits) => timed("timestamp", *digits),
        Type::TimestampTz(digits) => timed("timestamptz", *digits),
        Type::Enum(name) => quote_name(name),
        Type::Array(item) => format!("{}[]", render(item)),
        Type::Native(text) => text.clone(),
        Type::Boolean
        | Type::SmallInt
        | Type::Integer
        | Type::BigInt
        | Type::Real
        | Type::Char(_)
        | Type::Varchar(_)
        | Type::Text
        | Type::Date
        | Type::Interval
        | Type::Uuid
        | Type::Json
        | Type::Jsonb => ty.to_string(),
    }
}

fn timed(word: &str, digits: Option<u32>) -> String {
    digits.map_or_else(|| word.to_owned(), |digits| format!("{word}({digits})"))
}

/// The type that the server's text, as `format_type` gives it, means: portable only if that renders to the very type.
///
/// A precision of 6 that is written out is another type than none to the server, and the same to a portable one, so
/// that it stays the server's own.
pub(crate) fn parse(text: &str) -> Type {
    portable(text).unwrap_or_else(|| Type::Native(text.to_owned()))
}

fn portable(text: &str) -> Option<Type> {
    if let Some(item) = text.strip_suffix("[]") {
        return portable(item).map(|item| Type::Array(Box::new(item)));
    }
    let (word, arguments) = match text.split_once('(') {
        Some((word, rest)) => {
            let (arguments, tail) = rest.split_once(')')?;
            (format!("{}{tail}", word.trim_end()), Some(arguments))
        }
        None => (text.to_owned(), None),
    };
    let bare = |ty: Type| arguments.is_none().then_some(ty);
    let number = || arguments.and_then(|digits| digits.parse::<u32>().ok());
    let timed = |make: fn(Option<u32>) -> Type| match arguments {
        None => Some(make(None)),
        Some(_) => number().filter(|digits| *digits != 6).map(|digits| make(Some(digits))),
    };
    match word.as_str() {
        "boolean" => bare(Type::Boolean),
        "smallint" => bare(Type::SmallInt),
        "integer" => bare(Type::Integer),
        "bigint" => bare(Type::BigInt),
        "real" => bare(Type::Real),
        "double precision" => bare(Type::Double),
        "numeric" => match arguments {
            None => Some(Type::Decimal(None)),
            Some(arguments) => {
                let (digits, scale) = arguments.split_once(',')?;
                Some(Type::Decimal(Some((digits.parse().ok()?, scale.parse().ok()?))))
            }
        },
        "character" => number().map(Type::Char),
        "character varying" => number().map(Type::Varchar),
        "text" => bare(Type::Text),
        "bytea" => bare(Type::Blob),
        "date" => bare(Type::Date),
        "time without time zone" => timed(Type::Time),
        "timestamp without time zone" => timed(Type::Timestamp),
        "timestamp with time zone" => timed(Type::TimestampTz),
        "interval" => bare(Type::Interval),
        "uuid" => bare(Type::Uuid),
        "json" => bare(Type::Json),
        "jsonb" => bare(Type::Jsonb),
        _ => None,
    }
}

/// As `format_type` gives the type that `ty` is in a table.
pub(super) fn formatted(ty: &Type) -> String {
    let zoned = |word: &str, digits: &Option<u32>, zone: &str| match digits {
        Some(digits) => format!("{word}({digits}) {zone}"),
        None => format!("{word} {zone}"),
    };
    match ty {
        Type::Char(n) => format!("character({n})"),
        Type::Varchar(n) => format!("character varying({n})"),
        Type::Time(digits) => zoned("time", digits, "without time zone"),
        Type::Timestamp(digits) => zoned("timestamp", digits, "without time zone"),
        Type::TimestampTz(digits) => zoned("timestamp", digits, "with time zone"),
        Type::Array(item) => format!("{}[]", formatted(item).trim_end_matches("[]")),
        _ => render(ty),
    }
}

/// What an introspector sees of a column of the type.
pub(crate) fn seen(ty: &Type) -> TypeSpec {
    match ty {
        Type::Enum(_) => ty.clone().into(),
        Type::Array(item) if item.enum_name().is_some() => {
            Type::Array(Box::new(item_of(item).clone())).into()
        }
        _ => spec(parse(&spelt(&formatted(ty)))),
    }
}

/// The innermost item: to the server, arrays have no dimensions.
fn item_of(ty: &Type) -> &Type {
    match ty {
        Type::Array(item) => item_of(item),
        _ => ty,
    }
}

/// A type as it stands in a schema: the server's own is for PostgreSQL alone.
pub(crate) fn spec(ty: Type) -> TypeSpec {
    match ty {
        Type::Native(text) => TypeSpec::only(NAME, text),
        Type::Array(item) if matches!(*item, Type::Native(_)) => {
            TypeSpec::only(NAME, render(&Type::Array(item)))
        }
        _ => ty.into(),
    }
}

/// Other spellings of a type, as the server prints them.
const SPELLINGS: [(&str, &str); 21] = [
    ("int", "integer"),
    ("int4", "integer"),
    ("int2", "smallint"),
    ("int8", "bigint"),
    ("bool", "boolean"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("float", "double precision"),
    ("decimal", "numeric"),
    ("dec", "numeric"),
    ("varchar", "character varying"),
    ("char varying", "character varying"),
    ("char", "character(1)"),
    ("character", "character(1)"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
    ("bit", "bit(1)"),
    ("varbit", "bit varying"),
    ("bpchar", "bpchar"),
];

/// A type's text as the server prints it, as far as it is known.
pub(super) fn spelt(text: &str) -> String {
    let lower = text.trim().to_ascii_lowercase();
    let (item, array) = match lower.strip_suffix("[]") {
        Some(item) => (item, "[]"),
        None => (lower.as_str(), ""),
    };
    let (word, rest) = item.find('(').map_or((item, ""), |at| item.split_at(at));
    match SPELLINGS.iter().find(|(other, _)| *other == word.trim()) {
        Some((_, usual)) if rest.is_empty() => format!("{usual}{array}"),
        // Its zone is said behind it already.
        Some(_) if !rest.trim_end().ends_with(')') => lower,
        Some((_, usual)) => {
            let usual = usual.trim_end_matches("(1)");
            // The precision of a time stands before its zone.
            let (head, tail) = usual
                .split_once(" with")
                .map_or((usual, String::new()), |(head, tail)| (head, format!(" with{tail}")));
            format!("{head}{}{tail}{array}", rest.replace(' ', ""))
        }
        None => format!("{}{array}", if array.is_empty() { text.trim() } else { item }),
    }
}

/// A value of the type that says nothing: 0, the empty text, the beginning of time.
pub(super) fn stand_in(ty: &Type) -> Option<String> {
    Some(
        match ty {
            Type::Boolean => "FALSE",
            Type::SmallInt | Type::Integer | Type::BigInt | Type::Real | Type::Double | Type::Decimal(_) => {
                "0"
            }
            Type::Char(_)
            | Type::Varchar(_)
            | Type::Text
            | Type::Binary(_)
            | Type::Varbinary(_)
            | Type::Blob => "''",
            Type::Date => "'1970-01-01'",
            Type::Time(_) => "'00:00:00'",
            Type::Timestamp(_) | Type::TimestampTz(_) => "'1970-01-01 00:00:00'",
            Type::Interval => "'0'",
            Type::Uuid => "'00000000-0000-0000-0000-000000000000'",
            Type::Json | Type::Jsonb => "'{}'",
            Type::Array(_) => "'{}'",
            // Which words an enum has, and what the server's own types hold, is not known here.
            Type::Enum(_) | Type::Native(_) => return None,
        }
        .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_portable_only_if_it_renders_back() {
        for (text, ty) in [
            ("character varying(20)", Type::Varchar(20)),
            ("character(3)", Type::Char(3)),
            ("numeric(10,2)", Type::Decimal(Some((10, 2)))),
            ("timestamp(3) with time zone", Type::TimestampTz(Some(3))),
            ("timestamp without time zone", Type::Timestamp(None)),
            ("double precision", Type::Double),
            ("bytea", Type::Blob),
            ("integer[]", Type::Array(Box::new(Type::Integer))),
        ] {
            assert_eq!(parse(text), ty, "{text}");
            assert_eq!(seen(&ty), ty.clone().into(), "{text}");
        }
        for text in [
            "character varying",
            "timestamp(6) without time zone",
            "time with time zone",
            "numeric(3,-2)",
            "bpchar",
            "\"char\"",
            "interval day to second",
            "interval(3)",
            "public.citext",
            "bit(1)",
        ] {
            assert_eq!(parse(text), Type::Native(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn spellings_are_those_of_the_server() {
        for (given, usual) in [
            ("int", "integer"),
            ("VARCHAR", "character varying"),
            ("timestamptz ( 3 )", "timestamp(3) with time zone"),
            ("int8[]", "bigint[]"),
            ("char", "character(1)"),
            ("varchar(9)", "character varying(9)"),
            ("timestamp(0) without time zone", "timestamp(0) without time zone"),
            ("tsvector", "tsvector"),
        ] {
            assert_eq!(spelt(given), usual);
        }
        assert_eq!(
            seen(&Type::parse("timestamp(6)")),
            TypeSpec::only(NAME, "timestamp(6) without time zone")
        );
        assert_eq!(seen(&Type::parse("array(array(text))")), Type::Array(Box::new(Type::Text)).into());
        assert_eq!(seen(&Type::parse("binary(3)")), Type::Blob.into());
    }
}
