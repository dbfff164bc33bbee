//! The Rust types that are known by name, the same for both readers.

use crate::ast::{RustType, TypeShape};

/// A type that holds one value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// `bool`
    Bool,
    /// `i8`, `i16`
    I16,
    /// `i32`, `u16`
    I32,
    /// `i64`, `u32`
    I64,
    /// `u8`: a number alone, bytes in a list
    U8,
    /// `u64`
    U64,
    /// `f32`
    F32,
    /// `f64`
    F64,
    /// `String`, `str`
    Text,
    /// `Bytes`, `Vec<u8>`, `[u8]`
    Bytes,
    /// A day.
    Date,
    /// A time of the day.
    Time,
    /// A day and time without a zone.
    Timestamp,
    /// A moment.
    TimestampTz,
    /// `Uuid`
    Uuid,
    /// `Decimal`, `BigDecimal`
    Decimal,
    /// `serde_json::Value`, `Json<T>`
    Json,
    /// `IpAddr`, `IpNetwork`: no portable type
    Network,
}

/// What a path means by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A value.
    Plain(Plain),
    /// `Option<T>`
    Optional,
    /// `Vec<T>`
    List,
    /// `Box<T>`, `Arc<T>`, `Rc<T>`, `Cow<T>`: `T`
    Same,
}

/// Crates whose types are known by name. A path into any other crate is not.
const CRATES: [&str; 21] = [
    "std",
    "core",
    "alloc",
    "chrono",
    "jiff",
    "jiff_sqlx",
    "jiff_diesel",
    "time",
    "uuid",
    "rust_decimal",
    "bigdecimal",
    "serde_json",
    "bytes",
    "sqlx",
    "diesel",
    "sea_orm",
    "sea_query",
    "ipnetwork",
    "ipnet",
    "tokio_postgres",
    "postgres_types",
];

/// What a type is by the last segment of its path. `None` if it is not known, or of a crate that is not.
pub fn known(ty: &RustType) -> Option<Known> {
    match ty.shape {
        TypeShape::Slice => return Some(Known::List),
        TypeShape::Other => return None,
        TypeShape::Path => {}
    }
    known_path(&ty.path, ty.arguments.len())
}

/// What a path is by its last segment, with `arguments` types between `<` and `>`.
pub fn known_path(path: &[String], arguments: usize) -> Option<Known> {
    let path: Vec<&str> = path.iter().map(String::as_str).filter(|segment| !segment.is_empty()).collect();
    let (last, before) = path.split_last()?;
    if before.first().is_some_and(|krate| !CRATES.contains(krate) && !matches!(*krate, "civil" | "types")) {
        return None;
    }
    let plain = match (*last, arguments) {
        ("Option", 1) => return Some(Known::Optional),
        ("Vec", 1) => return Some(Known::List),
        ("Box" | "Arc" | "Rc" | "Cow", 1) => return Some(Known::Same),
        ("bool", 0) => Plain::Bool,
        ("i8" | "i16", 0) => Plain::I16,
        ("i32" | "u16", 0) => Plain::I32,
        ("i64" | "u32", 0) => Plain::I64,
        ("u8", 0) => Plain::U8,
        ("u64", 0) => Plain::U64,
        ("f32", 0) => Plain::F32,
        ("f64", 0) => Plain::F64,
        ("String" | "str", 0) => Plain::Text,
        ("Bytes", 0) => Plain::Bytes,
        ("NaiveDate" | "Date", 0) => Plain::Date,
        ("NaiveTime" | "Time", 0) => Plain::Time,
        // jiff's `DateTime` has no zone, chrono's `DateTime<Tz>` has one.
        ("NaiveDateTime" | "DateTime" | "PrimitiveDateTime", 0) => Plain::Timestamp,
        ("DateTime", 1) | ("Timestamp" | "Zoned" | "OffsetDateTime" | "UtcDateTime", 0) => Plain::TimestampTz,
        ("Uuid", 0) => Plain::Uuid,
        ("Decimal" | "BigDecimal", 0) => Plain::Decimal,
        ("Value" | "JsonValue", 0) | ("Json", 0 | 1) => Plain::Json,
        ("IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "IpNetwork" | "IpNet" | "MacAddr", 0) => Plain::Network,
        _ => return None,
    };
    Some(Known::Plain(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Vec<String> {
        text.split("::").map(str::to_owned).collect()
    }

    #[test]
    fn types_of_unknown_crates_are_not_guessed() {
        assert_eq!(known_path(&path("jiff::Timestamp"), 0), Some(Known::Plain(Plain::TimestampTz)));
        assert_eq!(known_path(&path("prost_types::Timestamp"), 0), None);
        assert_eq!(known_path(&path("chrono::DateTime"), 1), Some(Known::Plain(Plain::TimestampTz)));
        assert_eq!(known_path(&path("jiff::civil::DateTime"), 0), Some(Known::Plain(Plain::Timestamp)));
        assert_eq!(known_path(&path("Mystery"), 0), None);
    }
}
