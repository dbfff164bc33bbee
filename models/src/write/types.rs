//! Rust types for columns.

use limbeck_core::schema::{Type, TypeSpec};

use super::attribute::Item;
use super::names::Names;

/// What kind of literal a default may be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literal {
    Bool,
    Whole,
    Number,
    Text,
    None,
}

/// A type as a field has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldType {
    /// Without the `Option`.
    pub(super) rust: String,
    /// What attributes must say beside it.
    pub(super) items: Vec<Item>,
    pub(super) literal: Literal,
}

fn of(rust: &str, literal: Literal) -> FieldType {
    FieldType { rust: rust.to_owned(), items: Vec::new(), literal }
}

fn with(mut ty: FieldType, item: Item) -> FieldType {
    ty.items.push(item);
    ty
}

const DATE: &str = "chrono::NaiveDate";
const TIME: &str = "chrono::NaiveTime";
const TIMESTAMP: &str = "chrono::NaiveDateTime";
const TIMESTAMPTZ: &str = "chrono::DateTime<chrono::Utc>";
const DECIMAL: &str = "rust_decimal::Decimal";
const JSON: &str = "serde_json::Value";

/// The Rust type of a column, with what has to be said beside it; what single dialects have is apart.
pub(super) fn field_type(spec: &TypeSpec, names: &Names) -> FieldType {
    match &spec.default {
        Some(ty) => portable(ty, names),
        // Only for people, and for what other dialects would have: the texts say what it is on each.
        None => guess(spec.native.values().next().map_or("", String::as_str)),
    }
}

fn portable(ty: &Type, names: &Names) -> FieldType {
    let said = |rust: &str, literal| with(of(rust, literal), Item::text("type", &ty.to_string()));
    let digits = |rust: &str, digits: &Option<u32>| match digits {
        Some(digits) => with(of(rust, Literal::None), Item::List("precision".into(), vec![number(*digits)])),
        None => of(rust, Literal::None),
    };
    match ty {
        Type::Boolean => of("bool", Literal::Bool),
        Type::SmallInt => of("i16", Literal::Whole),
        Type::Integer => of("i32", Literal::Whole),
        Type::BigInt => of("i64", Literal::Whole),
        Type::Real => of("f32", Literal::Number),
        Type::Double => of("f64", Literal::Number),
        Type::Decimal(Some((all, behind))) if behind <= all => with(
            of(DECIMAL, Literal::Number),
            Item::List("precision".into(), vec![number(*all), number(*behind)]),
        ),
        Type::Decimal(_) => said(DECIMAL, Literal::Number),
        Type::Varchar(length) => {
            with(of("String", Literal::Text), Item::value("length", &length.to_string()))
        }
        Type::Text => of("String", Literal::Text),
        Type::Char(_) => said("String", Literal::Text),
        Type::Varbinary(length) => {
            with(of("Vec<u8>", Literal::None), Item::value("length", &length.to_string()))
        }
        Type::Blob => of("Vec<u8>", Literal::None),
        Type::Binary(_) => said("Vec<u8>", Literal::None),
        Type::Date => of(DATE, Literal::None),
        Type::Time(precision) => digits(TIME, precision),
        Type::Timestamp(precision) => digits(TIMESTAMP, precision),
        Type::TimestampTz(precision) => digits(TIMESTAMPTZ, precision),
        Type::Interval => said("chrono::TimeDelta", Literal::None),
        Type::Uuid => of("uuid::Uuid", Literal::None),
        Type::Json => of(JSON, Literal::None),
        Type::Jsonb => with(of(JSON, Literal::None), Item::word("json")),
        Type::Enum(name) => match names.enums.get(name) {
            Some(rust) => of(rust, Literal::None),
            None => said("String", Literal::None),
        },
        Type::Array(item) => {
            let inner = portable(item, names);
            let list = format!("Vec<{}>", inner.rust);
            if inner.items.is_empty() { of(&list, Literal::None) } else { said(&list, Literal::None) }
        }
        Type::Native(text) => {
            let literal = guess(text);
            said(&literal.rust, literal.literal)
        }
    }
}

fn number(value: u32) -> Item {
    Item::Plain(value.to_string(), true)
}

/// What a server's own type is most like.
fn guess(text: &str) -> FieldType {
    let lower = text.to_ascii_lowercase();
    let (word, arguments) = match lower.split_once('(') {
        Some((word, rest)) => (word.trim(), rest.split_once(')').map(|(inside, _)| inside)),
        None => (lower.trim(), None),
    };
    let has = |part: &str| word.contains(part);
    let unsigned = lower.contains("unsigned");
    if has("[]") || has("interval") || has("point") || has("range") {
        return of("String", Literal::None);
    }
    if has("bool") || (word == "bit" && arguments.is_none()) {
        return of("bool", Literal::Bool);
    }
    if has("int") || has("serial") || has("year") {
        let rust = match (has("big") || has("int8"), has("small") || has("tiny") || has("int2"), unsigned) {
            (true, _, false) => "i64",
            (true, _, true) => "u64",
            (_, true, false) => "i16",
            (_, true, true) => "u16",
            (.., false) => "i32",
            (.., true) => "u32",
        };
        return of(rust, Literal::Whole);
    }
    if has("char") || has("text") || has("clob") || has("enum") || has("set") {
        return of("String", Literal::Text);
    }
    if has("blob") || has("binary") || has("bytea") || has("bit") {
        return of("Vec<u8>", Literal::None);
    }
    if has("float4") {
        return of("f32", Literal::Number);
    }
    if has("real") || has("floa") || has("doub") {
        return of("f64", Literal::Number);
    }
    if has("dec") || has("num") || has("money") {
        let digits = arguments.map(|inside| {
            inside.split(',').map(|part| part.trim().parse::<u32>()).collect::<Result<Vec<_>, _>>()
        });
        let made = of(DECIMAL, Literal::Number);
        return match digits {
            Some(Ok(digits))
                if digits.len() <= 2 && digits.get(1).is_none_or(|scale| *scale <= digits[0]) =>
            {
                with(made, Item::List("precision".into(), digits.into_iter().map(number).collect()))
            }
            _ => made,
        };
    }
    if has("timestamptz") || lower.contains("with time zone") {
        return of(TIMESTAMPTZ, Literal::None);
    }
    if has("timestamp") || has("datetime") {
        return of(TIMESTAMP, Literal::None);
    }
    if has("date") {
        return of(DATE, Literal::None);
    }
    if has("time") {
        return of(TIME, Literal::None);
    }
    if has("json") {
        return of(JSON, Literal::None);
    }
    if has("uuid") {
        return of("uuid::Uuid", Literal::None);
    }
    of("String", Literal::None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_servers_are_likened() {
        for (text, rust) in [
            ("INT", "i32"),
            ("bigint unsigned", "u64"),
            ("TINYINT(1)", "i16"),
            ("int8", "i64"),
            ("NUMERIC(5,2)", DECIMAL),
            ("character varying", "String"),
            ("DATETIME", TIMESTAMP),
            ("timestamp with time zone", TIMESTAMPTZ),
            ("FLOAT", "f64"),
            ("", "String"),
            ("tsvector", "String"),
        ] {
            assert_eq!(guess(text).rust, rust, "{text}");
        }
    }
}
