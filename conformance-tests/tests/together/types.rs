//! The table of portable types, as the documentation has it: written down here once more, so that no driver is asked what
//! it should say.

use limbeck_core::driver::Dialect;
use limbeck_core::schema::{Schema, Type};

/// What a column of a portable type is on a server.
pub(crate) fn expected(ty: &Type, schema: &Schema, dialect: &dyn Dialect, identity: bool) -> String {
    let name = dialect.name();
    let mysql = matches!(name, "mysql" | "mariadb");
    let pick = |postgres: &str, mysqls: &str, sqlite: &str| {
        let text = match name {
            "postgres" => postgres,
            "sqlite" => sqlite,
            _ => mysqls,
        };
        plain(text, dialect)
    };
    if identity && name == "sqlite" {
        return "integer".to_owned();
    }
    match ty {
        Type::Boolean => pick("boolean", "tinyint(1)", "boolean"),
        Type::SmallInt => pick("smallint", "smallint", "smallint"),
        Type::Integer => pick("integer", "int", "integer"),
        Type::BigInt => pick("bigint", "bigint", "bigint"),
        Type::Real => pick("real", "float", "real"),
        Type::Double => pick("double precision", "double", "double"),
        Type::Decimal(Some((p, s))) => {
            pick(&format!("numeric({p},{s})"), &format!("decimal({p},{s})"), &format!("decimal({p},{s})"))
        }
        Type::Decimal(None) => pick("numeric", "decimal(65,30)", "decimal"),
        Type::Char(n) => plain(&format!("char({n})"), dialect),
        Type::Varchar(n) => plain(&format!("varchar({n})"), dialect),
        Type::Text => pick("text", "longtext", "text"),
        Type::Binary(n) => pick("bytea", &format!("binary({n})"), "blob"),
        Type::Varbinary(n) => pick("bytea", &format!("varbinary({n})"), "blob"),
        Type::Blob => pick("bytea", "longblob", "blob"),
        Type::Date => pick("date", "date", "date"),
        Type::Time(p) => {
            pick(&format!("time({})", p.unwrap_or(6)), &format!("time({})", p.unwrap_or(6)), "time")
        }
        Type::Timestamp(p) => pick(
            &format!("timestamp({})", p.unwrap_or(6)),
            &format!("datetime({})", p.unwrap_or(6)),
            "timestamp",
        ),
        Type::TimestampTz(p) => pick(
            &format!("timestamptz({})", p.unwrap_or(6)),
            &format!("timestamp({})", p.unwrap_or(6)),
            "timestamp",
        ),
        Type::Uuid => pick("uuid", if name == "mariadb" { "uuid" } else { "char(36)" }, "text"),
        Type::Json => pick("json", "json", "text"),
        Type::Jsonb => pick("jsonb", "json", "text"),
        Type::Enum(named) if mysql => {
            let words = schema.enums.get(named).map(|found| found.values.clone()).unwrap_or_default();
            let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
            plain(&format!("enum({})", words.join(",")), dialect)
        }
        Type::Enum(named) => pick(&format!("enum {named}"), "", "text"),
        Type::Native(text) => plain(text, dialect),
        other => format!("{other:?} is in no table"),
    }
}

/// One spelling for each type of a server.
pub(crate) fn plain(text: &str, dialect: &dyn Dialect) -> String {
    let text = text.to_ascii_lowercase().replace(", ", ",");
    let text = text.replace("character varying", "varchar").replace("character(", "char(");
    let (zoned, unzoned) = (" with time zone", " without time zone");
    let text = if text.starts_with("timestamp") && text.ends_with(zoned) {
        text.replace("timestamp", "timestamptz").replace(zoned, "")
    } else {
        text.replace(unzoned, "")
    };
    match (text.as_str(), dialect.name()) {
        // Where no digits are said.
        ("time" | "timestamp" | "timestamptz", "postgres") => format!("{text}(6)"),
        ("time" | "timestamp" | "datetime", "mysql" | "mariadb") => format!("{text}(0)"),
        // How wide a number is shown says nothing of what it holds.
        ("smallint(6)" | "int(11)" | "bigint(20)", "mariadb") => {
            text.split('(').next().unwrap_or_default().to_owned()
        }
        _ => text,
    }
}

/// A default without the server's casts and quotes.
pub(crate) fn value(text: &str) -> String {
    let text = text.split("::").next().unwrap_or_default();
    let bare = words(text);
    match bare.as_str() {
        "true" => "1".to_owned(),
        "false" => "0".to_owned(),
        word if word.starts_with("current_timestamp") => "current_timestamp".to_owned(),
        _ => bare,
    }
}

/// The words and numbers of a text, in small letters.
pub(crate) fn words(text: &str) -> String {
    // What PostgreSQL adds to say the type of each operand.
    let mut rest = text.to_ascii_lowercase();
    for cast in ["::text", "::character varying", "::integer", "::bigint", "::numeric", "::mood"] {
        rest = rest.replace(cast, "");
    }
    let parts: Vec<&str> = rest
        .split(|letter: char| {
            !(letter.is_alphanumeric() || matches!(letter, '_' | '.' | '<' | '>' | '=' | '+' | '-'))
        })
        .filter(|part| !part.is_empty())
        .collect();
    // MariaDB's own word for it.
    parts.join(" ").replace("ucase", "upper")
}
