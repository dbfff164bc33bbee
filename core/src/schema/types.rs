use std::collections::BTreeMap;
use std::fmt;

use crate::ident::{Ident, Name};

/// A column's type: a portable one, a server's own, or one for each dialect.
///
/// In a file `type = "varchar(100)"`, or `type = { postgres = "tsvector", default = "text" }`. What stands under a
/// dialect's name is that server's own text, taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSpec {
    /// For every dialect that `native` does not name.
    pub default: Option<Type>,
    /// The server's own text, by the dialect's name.
    pub native: BTreeMap<String, String>,
}

impl TypeSpec {
    /// Only the text of one dialect.
    pub fn only(dialect: impl Into<String>, text: impl Into<String>) -> Self {
        Self { default: None, native: BTreeMap::from([(dialect.into(), text.into())]) }
    }

    /// What holds for a dialect that answers to `names`, the most particular first. A dialect's own text comes back as
    /// [`Type::Native`].
    pub fn resolve(&self, names: &[&str]) -> Option<Type> {
        names
            .iter()
            .find_map(|name| self.native.get(*name))
            .map(|text| Type::Native(text.clone()))
            .or_else(|| self.default.clone())
    }

    /// The one type, if no dialect has one of its own.
    pub fn plain(&self) -> Option<&Type> {
        if self.native.is_empty() { self.default.as_ref() } else { None }
    }
}

impl From<Type> for TypeSpec {
    fn from(ty: Type) -> Self {
        Self { default: Some(ty), native: BTreeMap::new() }
    }
}

impl From<&str> for TypeSpec {
    fn from(text: &str) -> Self {
        Type::parse(text).into()
    }
}

/// For people: `varchar(100)`, or `tsvector (postgres), text`.
impl fmt::Display for TypeSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (dialect, text) in &self.native {
            write!(f, "{separator}{text} ({dialect})")?;
            separator = ", ";
        }
        match &self.default {
            Some(ty) => write!(f, "{separator}{ty}"),
            None => Ok(()),
        }
    }
}

/// A type. The portable ones mean the same on every dialect, as the table in `docs/types.md` lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// `boolean`
    Boolean,
    /// `smallint`: 16 bits
    SmallInt,
    /// `integer`: 32 bits
    Integer,
    /// `bigint`: 64 bits
    BigInt,
    /// `real`: 32 bits, floating
    Real,
    /// `double`: 64 bits, floating
    Double,
    /// `decimal`, `decimal(p)`, `decimal(p,s)`: digits in all, digits behind the point
    Decimal(Option<(u32, u32)>),
    /// `char(n)`: characters
    Char(u32),
    /// `varchar(n)`: characters
    Varchar(u32),
    /// `text`
    Text,
    /// `binary(n)`: bytes
    Binary(u32),
    /// `varbinary(n)`: bytes
    Varbinary(u32),
    /// `blob`
    Blob,
    /// `date`
    Date,
    /// `time`, `time(p)`: digits of the second's fraction, 6 if not given
    Time(Option<u32>),
    /// `timestamp`, `timestamp(p)`: date and time without a zone
    Timestamp(Option<u32>),
    /// `timestamptz`, `timestamptz(p)`: a moment
    TimestampTz(Option<u32>),
    /// `interval`
    Interval,
    /// `uuid`
    Uuid,
    /// `json`: kept as text
    Json,
    /// `jsonb`: kept in a form that can be indexed
    Jsonb,
    /// `enum(name)`: the words of that enum
    Enum(Name),
    /// `array(T)`
    Array(Box<Type>),
    /// Any other text: a type of the server's own.
    Native(String),
}

/// Digits of the second's fraction where a time type does not say.
pub const DEFAULT_TIME_PRECISION: u32 = 6;

impl Type {
    /// The names of the portable types, for suggestions.
    pub const PORTABLE: [&'static str; 23] = [
        "boolean",
        "smallint",
        "integer",
        "bigint",
        "real",
        "double",
        "decimal",
        "char",
        "varchar",
        "text",
        "binary",
        "varbinary",
        "blob",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "interval",
        "uuid",
        "json",
        "jsonb",
        "enum",
        "array",
    ];

    /// Reads a type: portable if it is spelt exactly so (whatever the case of its letters), else the server's own.
    pub fn parse(text: &str) -> Self {
        Self::parse_nested(text, 0)
    }

    fn parse_nested(text: &str, depth: usize) -> Self {
        Self::portable(text, depth).unwrap_or_else(|| Self::Native(text.trim().to_owned()))
    }

    /// Reads a portable type; `None` if `text` is not one.
    pub fn parse_portable(text: &str) -> Option<Self> {
        Self::portable(text, 0)
    }

    fn portable(text: &str, depth: usize) -> Option<Self> {
        let text = text.trim();
        let (word, arguments) = match text.split_once('(') {
            Some((word, rest)) => (word.trim_end(), Some(rest.strip_suffix(')')?.trim())),
            None => (text, None),
        };
        let word = word.to_ascii_lowercase();
        let number = || arguments.and_then(|a| a.parse::<u32>().ok());
        let optional = |make: fn(Option<u32>) -> Self| match arguments {
            None => Some(make(None)),
            Some(digits) => digits.parse().ok().map(|digits| make(Some(digits))),
        };
        let bare = |ty: Self| if arguments.is_none() { Some(ty) } else { None };
        match word.as_str() {
            "boolean" => bare(Self::Boolean),
            "smallint" => bare(Self::SmallInt),
            "integer" => bare(Self::Integer),
            "bigint" => bare(Self::BigInt),
            "real" => bare(Self::Real),
            "double" => bare(Self::Double),
            "decimal" => match arguments {
                None => Some(Self::Decimal(None)),
                Some(arguments) => {
                    let (digits, scale) = arguments.split_once(',').unwrap_or((arguments, "0"));
                    Some(Self::Decimal(Some((digits.trim().parse().ok()?, scale.trim().parse().ok()?))))
                }
            },
            "char" => number().map(Self::Char),
            "varchar" => number().map(Self::Varchar),
            "text" => bare(Self::Text),
            "binary" => number().map(Self::Binary),
            "varbinary" => number().map(Self::Varbinary),
            "blob" => bare(Self::Blob),
            "date" => bare(Self::Date),
            "time" => optional(Self::Time),
            "timestamp" => optional(Self::Timestamp),
            "timestamptz" => optional(Self::TimestampTz),
            "interval" => bare(Self::Interval),
            "uuid" => bare(Self::Uuid),
            "json" => bare(Self::Json),
            "jsonb" => bare(Self::Jsonb),
            "enum" => arguments.and_then(enum_name).map(Self::Enum),
            // What is nested deeper is left to the server to refuse: a type is walked with the stack.
            "array" if depth < DEEPEST_ARRAY => {
                arguments.map(|item| Self::Array(Box::new(Self::parse_nested(item, depth + 1))))
            }
            _ => None,
        }
    }

    /// The enum that it is of, itself or by its items.
    pub fn enum_name(&self) -> Option<&Name> {
        match self {
            Self::Enum(name) => Some(name),
            Self::Array(item) => item.enum_name(),
            _ => None,
        }
    }
}

/// How deep arrays of arrays are read; no server has more than a few dimensions.
const DEEPEST_ARRAY: usize = 32;

/// `status` or `auth.status`, with `"` round a part that holds a dot. MySQL's `enum('a','b')` is not meant.
fn enum_name(text: &str) -> Option<Name> {
    if text.contains(['\'', ',']) || text.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let part;
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"')?;
            part = &quoted[..end];
            rest = &quoted[end + 1..];
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            part = &rest[..end];
            rest = &rest[end..];
        }
        if part.is_empty() {
            return None;
        }
        parts.push(Ident::new(part));
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None if rest.is_empty() => break,
            None => return None,
        }
    }
    match parts.as_slice() {
        [name] => Some(Name { schema: None, name: name.clone() }),
        [schema, name] => Some(Name { schema: Some(schema.clone()), name: name.clone() }),
        _ => None,
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timed = |f: &mut fmt::Formatter<'_>, word: &str, digits: &Option<u32>| match digits {
            Some(digits) => write!(f, "{word}({digits})"),
            None => f.write_str(word),
        };
        match self {
            Self::Boolean => f.write_str("boolean"),
            Self::SmallInt => f.write_str("smallint"),
            Self::Integer => f.write_str("integer"),
            Self::BigInt => f.write_str("bigint"),
            Self::Real => f.write_str("real"),
            Self::Double => f.write_str("double"),
            Self::Decimal(None) => f.write_str("decimal"),
            Self::Decimal(Some((digits, scale))) => write!(f, "decimal({digits},{scale})"),
            Self::Char(n) => write!(f, "char({n})"),
            Self::Varchar(n) => write!(f, "varchar({n})"),
            Self::Text => f.write_str("text"),
            Self::Binary(n) => write!(f, "binary({n})"),
            Self::Varbinary(n) => write!(f, "varbinary({n})"),
            Self::Blob => f.write_str("blob"),
            Self::Date => f.write_str("date"),
            Self::Time(digits) => timed(f, "time", digits),
            Self::Timestamp(digits) => timed(f, "timestamp", digits),
            Self::TimestampTz(digits) => timed(f, "timestamptz", digits),
            Self::Interval => f.write_str("interval"),
            Self::Uuid => f.write_str("uuid"),
            Self::Json => f.write_str("json"),
            Self::Jsonb => f.write_str("jsonb"),
            Self::Enum(name) => {
                let part = |ident: &Ident| {
                    if ident.as_str().contains('.') { format!("\"{ident}\"") } else { ident.to_string() }
                };
                f.write_str("enum(")?;
                if let Some(schema) = &name.schema {
                    write!(f, "{}.", part(schema))?;
                }
                write!(f, "{})", part(&name.name))
            }
            Self::Array(item) => write!(f, "array({item})"),
            Self::Native(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_as_deep_as_anybody_likes_are_read() {
        let text = format!("{}text{}", "array(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(Type::parse(&text).to_string(), text);
        let usual = Type::Array(Box::new(Type::Array(Box::new(Type::Text))));
        assert_eq!(Type::parse("array(array(text))"), usual);
    }

    #[test]
    fn portable_types_are_read_as_they_are_written() {
        for text in [
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "real",
            "double",
            "decimal",
            "decimal(10,2)",
            "char(3)",
            "varchar(100)",
            "text",
            "binary(16)",
            "varbinary(20)",
            "blob",
            "date",
            "time",
            "time(3)",
            "timestamp",
            "timestamp(0)",
            "timestamptz",
            "timestamptz(6)",
            "interval",
            "uuid",
            "json",
            "jsonb",
            "enum(status)",
            "enum(shop.status)",
            "array(integer)",
            "array(array(varchar(3)))",
        ] {
            let ty = Type::parse_portable(text).unwrap_or_else(|| panic!("{text} is portable"));
            assert_eq!(ty.to_string(), text);
        }
        assert_eq!(Type::parse("VARCHAR ( 20 )"), Type::Varchar(20));
        assert_eq!(Type::parse("decimal(10)"), Type::Decimal(Some((10, 0))));
    }

    #[test]
    fn anything_else_is_the_servers_own_text() {
        for text in [
            "tsvector",
            "varchar",
            "enum('a','b')",
            "varchar(x)",
            "integer(11)",
            "int",
            "decimal(1,2,3)",
            "char(",
        ] {
            assert_eq!(Type::parse(text), Type::Native(text.to_owned()));
        }
    }
}
