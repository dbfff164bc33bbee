//! Types, as the servers write them.

use limbeck_core::schema::{DEFAULT_TIME_PRECISION, Type};
use limbeck_core::sql::{Token, TokenKind, tokens};

use super::LEXICAL;
use crate::flavour::{Flavour, Gates};

/// Words for a type that the servers write another way.
const SYNONYMS: [(&str, &str); 14] = [
    ("integer", "int"),
    ("int1", "tinyint"),
    ("int2", "smallint"),
    ("int3", "mediumint"),
    ("middleint", "mediumint"),
    ("int4", "int"),
    ("int8", "bigint"),
    ("dec", "decimal"),
    ("numeric", "decimal"),
    ("fixed", "decimal"),
    ("character", "char"),
    ("real", "double"),
    ("float4", "float"),
    ("float8", "double"),
];

/// How wide whole numbers are shown, where they are and nobody says.
const WIDTHS: [(&str, u32, u32); 5] =
    [("tinyint", 4, 3), ("smallint", 6, 5), ("mediumint", 9, 8), ("int", 11, 10), ("bigint", 20, 20)];

/// A type as the server writes it.
///
/// # Errors
/// What to choose instead, where the server has nothing of the kind.
pub(crate) fn render(gates: Gates, ty: &Type) -> Result<String, String> {
    let whole = |word: &str| native(gates, word);
    let timed = |word: &str, digits: &Option<u32>| match digits.unwrap_or(DEFAULT_TIME_PRECISION) {
        0 => word.to_owned(),
        digits => format!("{word}({digits})"),
    };
    Ok(match ty {
        Type::Boolean => "tinyint(1)".to_owned(),
        Type::SmallInt => whole("smallint"),
        Type::Integer => whole("int"),
        Type::BigInt => whole("bigint"),
        Type::Real => "float".to_owned(),
        Type::Double => "double".to_owned(),
        Type::Decimal(None) => "decimal(10,0)".to_owned(),
        Type::Decimal(Some((digits, scale))) => format!("decimal({digits},{scale})"),
        Type::Char(length) => format!("char({length})"),
        Type::Varchar(length) => format!("varchar({length})"),
        Type::Text => "longtext".to_owned(),
        Type::Binary(length) => format!("binary({length})"),
        Type::Varbinary(length) => format!("varbinary({length})"),
        Type::Blob => "longblob".to_owned(),
        Type::Date => "date".to_owned(),
        Type::Time(digits) => timed("time", digits),
        Type::Timestamp(digits) => timed("datetime", digits),
        Type::TimestampTz(digits) => timed("timestamp", digits),
        Type::Interval => {
            return Err("choose a type: `bigint` for a number of microseconds, or `time`".to_owned());
        }
        Type::Uuid => if gates.uuid { "uuid" } else { "char(36)" }.to_owned(),
        Type::Json | Type::Jsonb => "json".to_owned(),
        // Its words are those of the enum, which only a schema has.
        Type::Enum(_) => "enum".to_owned(),
        Type::Array(_) => return Err("choose `json`, or a table of its own".to_owned()),
        Type::Native(text) => native(gates, text),
    })
}

/// The type that a server's text means.
pub(crate) fn parse(gates: Gates, text: &str) -> Type {
    let portable = portable(text).filter(|ty| render(gates, ty).as_deref() == Ok(text));
    portable.unwrap_or_else(|| Type::Native(text.to_owned()))
}

fn portable(text: &str) -> Option<Type> {
    let (word, arguments) = match text.split_once('(') {
        Some((word, rest)) => (word, Some(rest.strip_suffix(')')?)),
        None => (text, None),
    };
    let number = || arguments.and_then(|text| text.parse::<u32>().ok());
    // Six digits are what a type without any means.
    let digits = || match arguments {
        None => Some(Some(0)),
        Some(text) => text.parse().ok().map(|digits| (digits != DEFAULT_TIME_PRECISION).then_some(digits)),
    };
    Some(match word {
        "tinyint" => Type::Boolean,
        "smallint" => Type::SmallInt,
        "int" => Type::Integer,
        "bigint" => Type::BigInt,
        "float" => Type::Real,
        "double" => Type::Double,
        "decimal" => {
            let (digits, scale) = arguments?.split_once(',')?;
            Type::Decimal(Some((digits.parse().ok()?, scale.parse().ok()?)))
        }
        "char" => Type::Char(number()?),
        "varchar" => Type::Varchar(number()?),
        "longtext" => Type::Text,
        "binary" => Type::Binary(number()?),
        "varbinary" => Type::Varbinary(number()?),
        "longblob" => Type::Blob,
        "date" => Type::Date,
        "time" => Type::Time(digits()?),
        "datetime" => Type::Timestamp(digits()?),
        "timestamp" => Type::TimestampTz(digits()?),
        "uuid" => Type::Uuid,
        "json" => Type::Json,
        _ => return None,
    })
}

/// A text that somebody wrote for a type, as the server would write it.
fn native(gates: Gates, text: &str) -> String {
    let code: Vec<Token<'_>> = tokens(&LEXICAL, text).filter(Token::is_code).collect();
    let mut words: Vec<String> = code
        .iter()
        .map(|token| match token.kind {
            TokenKind::Word => token.text.to_ascii_lowercase(),
            _ => token.text.to_owned(),
        })
        .collect();
    if words.first().is_some_and(|word| matches!(word.as_str(), "bool" | "boolean")) && words.len() == 1 {
        return "tinyint(1)".to_owned();
    }
    if words.len() > 1 && words[0] == "double" && words[1] == "precision" {
        words.remove(1);
    }
    if words.len() > 1 && matches!(words[0].as_str(), "character" | "char") && words[1] == "varying" {
        words.splice(..2, ["varchar".to_owned()]);
    }
    if let Some(word) = words.first_mut()
        && let Some((_, usual)) = SYNONYMS.iter().find(|(other, _)| other == word)
    {
        *word = (*usual).to_owned();
    }
    if words.iter().any(|word| word == "zerofill") && !words.iter().any(|word| word == "unsigned") {
        let at = words.iter().position(|word| word == "zerofill").unwrap_or(words.len());
        words.insert(at, "unsigned".to_owned());
    }
    widths(gates, &mut words);
    // Nothing stands between a word and its arguments, nor between those.
    let mut joined = String::new();
    let mut depth = 0usize;
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ if at > 0 && depth == 0 => joined.push(' '),
            _ => {}
        }
        joined.push_str(word);
    }
    joined
}

/// Shows a width where the server does, and takes it out where it does not.
fn widths(gates: Gates, words: &mut Vec<String>) {
    let Some(first) = words.first().map(String::as_str) else { return };
    match first {
        "year" if gates.flavour == Flavour::Mariadb && words.len() == 1 => {
            words.extend(["(", "4", ")"].map(str::to_owned));
        }
        "year" if gates.flavour == Flavour::Mysql => words.truncate(1),
        "decimal" if !words.iter().any(|word| word == "(") => {
            words.splice(1..1, ["(", "10", ",", "0", ")"].map(str::to_owned));
        }
        "decimal" if words.get(3).map(String::as_str) == Some(")") => {
            words.splice(3..3, [",", "0"].map(str::to_owned));
        }
        "char" | "binary" | "bit" if words.len() == 1 => words.extend(["(", "1", ")"].map(str::to_owned)),
        _ => {
            let Some((word, signed, unsigned)) = WIDTHS.iter().find(|(word, _, _)| *word == first) else {
                return;
            };
            let has_width = words.get(1).map(String::as_str) == Some("(");
            let zerofill = words.iter().any(|word| word == "zerofill");
            let boolean = *word == "tinyint" && words.get(2).map(String::as_str) == Some("1");
            let is_unsigned = words.iter().any(|word| word == "unsigned");
            if has_width && !gates.display_widths && !zerofill && (!boolean || is_unsigned) {
                words.drain(1..4);
            } else if !has_width && (gates.display_widths || zerofill) {
                let width = if is_unsigned { unsigned } else { signed };
                words.splice(1..1, ["(".to_owned(), width.to_string(), ")".to_owned()]);
            }
        }
    }
}

/// The first word of a type's text.
pub(crate) fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Whether values of the type are texts, and have a character set.
pub(crate) fn is_text(text: &str) -> bool {
    matches!(
        word(text),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set"
    )
}

/// Whether the type takes no default but an expression's, on MySQL.
pub(crate) fn is_large(text: &str) -> bool {
    matches!(
        word(text),
        "tinytext"
            | "text"
            | "mediumtext"
            | "longtext"
            | "tinyblob"
            | "blob"
            | "mediumblob"
            | "longblob"
            | "json"
            | "vector"
    ) || is_spatial(text)
}

fn is_spatial(text: &str) -> bool {
    matches!(
        word(text),
        "geometry"
            | "point"
            | "linestring"
            | "polygon"
            | "multipoint"
            | "multilinestring"
            | "multipolygon"
            | "geomcollection"
            | "geometrycollection"
    )
}

/// Whether MySQL shows no `DEFAULT NULL` of the type.
pub(crate) fn hides_null(text: &str) -> bool {
    is_large(text) && !is_spatial(text) && !matches!(word(text), "json" | "vector")
}

/// The digits of the second's fraction of a time type; `None` if it is none.
pub(crate) fn precision(text: &str) -> Option<u32> {
    if !matches!(word(text), "time" | "datetime" | "timestamp") {
        return None;
    }
    let digits = text.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')?.parse().ok());
    Some(digits.unwrap_or(0))
}

/// What rows get in a column that comes back without its values; `None` if the user must say. `srid` is the reference
/// system of spatial values.
pub(crate) fn stand_in(text: &str, srid: Option<i64>) -> Option<String> {
    Some(
        match word(text) {
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float" | "double"
            | "bit" => "0",
            "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "binary" | "varbinary"
            | "tinyblob" | "blob" | "mediumblob" | "longblob" | "set" => "''",
            "date" => "'1970-01-01'",
            "datetime" => "'1970-01-01 00:00:00'",
            "timestamp" => "'1970-01-02 00:00:00'",
            "time" => "'00:00:00'",
            "year" => "1970",
            "json" => "'null'",
            "uuid" => "'00000000-0000-0000-0000-000000000000'",
            "inet6" => "'::'",
            "inet4" => "'0.0.0.0'",
            _ if is_spatial(text) => {
                let system = srid.map_or_else(String::new, |srid| format!(", {srid}"));
                return Some(format!("ST_GeomFromText('{}'{system})", somewhere(word(text))?));
            }
            "enum" => {
                let first = tokens(&LEXICAL, text).find(|token| token.kind == TokenKind::String)?;
                return Some(first.text.to_owned());
            }
            _ => return None,
        }
        .to_owned(),
    )
}

/// The least value of a spatial type.
fn somewhere(word: &str) -> Option<&'static str> {
    Some(match word {
        "geometry" | "point" => "POINT(0 0)",
        "linestring" => "LINESTRING(0 0, 1 1)",
        "polygon" => "POLYGON((0 0, 0 1, 1 1, 0 0))",
        "multipoint" => "MULTIPOINT(0 0)",
        "multilinestring" => "MULTILINESTRING((0 0, 1 1))",
        "multipolygon" => "MULTIPOLYGON(((0 0, 0 1, 1 1, 0 0)))",
        "geomcollection" | "geometrycollection" => "GEOMETRYCOLLECTION(POINT(0 0))",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::Version;
    use proptest::prelude::*;

    use super::*;

    fn mysql() -> Gates {
        Gates::newest(Flavour::Mysql)
    }

    fn mariadb() -> Gates {
        Gates::newest(Flavour::Mariadb)
    }

    #[test]
    fn portable_types_are_written_as_the_table_says() {
        for (ty, on_mysql, on_mariadb) in [
            ("boolean", "tinyint(1)", "tinyint(1)"),
            ("integer", "int", "int(11)"),
            ("bigint", "bigint", "bigint(20)"),
            ("real", "float", "float"),
            ("decimal(8,3)", "decimal(8,3)", "decimal(8,3)"),
            ("decimal", "decimal(10,0)", "decimal(10,0)"),
            ("text", "longtext", "longtext"),
            ("blob", "longblob", "longblob"),
            ("timestamp", "datetime(6)", "datetime(6)"),
            ("timestamp(0)", "datetime", "datetime"),
            ("timestamptz(3)", "timestamp(3)", "timestamp(3)"),
            ("uuid", "char(36)", "uuid"),
            ("jsonb", "json", "json"),
            ("INTEGER(5) unsigned", "int unsigned", "int(5) unsigned"),
            ("int(4) zerofill", "int(4) unsigned zerofill", "int(4) unsigned zerofill"),
            ("ENUM( 'A b' , 'c' )", "enum('A b','c')", "enum('A b','c')"),
            ("numeric(5)", "decimal(5,0)", "decimal(5,0)"),
            ("year", "year", "year(4)"),
            ("double precision", "double", "double"),
        ] {
            let ty = Type::parse(ty);
            assert_eq!(render(mysql(), &ty).as_deref(), Ok(on_mysql));
            assert_eq!(render(mariadb(), &ty).as_deref(), Ok(on_mariadb));
        }
        assert!(render(mysql(), &Type::Interval).is_err());
        assert_eq!(
            render(Gates::new(Flavour::Mariadb, Version::new(10, 6, 0)), &Type::Uuid).as_deref(),
            Ok("char(36)")
        );
    }

    #[test]
    fn only_what_renders_back_is_portable() {
        assert_eq!(parse(mysql(), "int"), Type::Integer);
        assert_eq!(parse(mariadb(), "int(11)"), Type::Integer);
        assert_eq!(parse(mariadb(), "int(10)"), Type::Native("int(10)".to_owned()));
        assert_eq!(parse(mysql(), "char(36)"), Type::Char(36));
        assert_eq!(parse(mysql(), "datetime(6)"), Type::Timestamp(None));
        assert_eq!(parse(mysql(), "timestamp"), Type::TimestampTz(Some(0)));
        for text in ["int unsigned", "mediumtext", "enum('a')", "tinyint", "float(7,3)"] {
            assert_eq!(parse(mysql(), text), Type::Native(text.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn what_is_parsed_renders_back(text in "(tinyint|int|bigint|char|varchar|decimal|time|datetime|longtext|json)(\\([1-9][0-9]{0,2}(,[0-9])?\\))?") {
            for gates in [mysql(), mariadb()] {
                let once = render(gates, &Type::Native(text.clone())).unwrap();
                prop_assert_eq!(render(gates, &parse(gates, &once)), Ok(once));
            }
        }
    }
}
