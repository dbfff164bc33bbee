//! How values of one type become those of another.

use limbeck_core::schema::{Cast, Type};

use super::types::{formatted, parse, render, spelt};

/// Types that the server turns into each other when values are assigned, whatever the direction.
const ASSIGNED: &[&[&str]] = &[
    &["smallint", "integer", "bigint", "real", "double precision", "numeric"],
    &["date", "timestamp without time zone", "timestamp with time zone"],
    &["time without time zone", "time with time zone"],
    &["time without time zone", "interval"],
    &["json", "jsonb"],
    &["inet", "cidr"],
    &["bit", "bit varying"],
    &["macaddr", "macaddr8"],
    &["integer", "bigint", "oid"],
];

/// Types whose values become those of another when they are assigned, and not the other way.
const ASSIGNED_ONE_WAY: &[(&str, &str)] = &[
    ("smallint", "oid"),
    ("smallint", "money"),
    ("integer", "money"),
    ("bigint", "money"),
    ("numeric", "money"),
    ("money", "numeric"),
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
    ("point", "box"),
    ("box", "polygon"),
    ("path", "polygon"),
    ("polygon", "path"),
];

/// Types that a cast in so many words turns into others.
const EXPLICIT: &[(&str, &str)] = &[
    ("boolean", "integer"),
    ("integer", "boolean"),
    ("integer", "bit"),
    ("bigint", "bit"),
    ("bit", "integer"),
    ("bit", "bigint"),
    ("\"char\"", "integer"),
    ("integer", "\"char\""),
    ("jsonb", "boolean"),
    ("jsonb", "smallint"),
    ("jsonb", "integer"),
    ("jsonb", "bigint"),
    ("jsonb", "real"),
    ("jsonb", "double precision"),
    ("jsonb", "numeric"),
    ("polygon", "box"),
    ("polygon", "circle"),
    ("polygon", "point"),
    ("box", "circle"),
    ("box", "point"),
    ("box", "lseg"),
    ("circle", "box"),
    ("circle", "point"),
    ("circle", "polygon"),
    ("lseg", "point"),
    ("xid8", "xid"),
    ("int4range", "int4multirange"),
    ("int8range", "int8multirange"),
    ("numrange", "nummultirange"),
    ("tsrange", "tsmultirange"),
    ("tstzrange", "tstzmultirange"),
    ("daterange", "datemultirange"),
];

/// The server's own types that none of the lists names and that are not portable.
const OTHERS: &[&str] = &[
    "bpchar",
    "character",
    "character varying",
    "name",
    "text",
    "bytea",
    "uuid",
    "xml",
    "tsvector",
    "tsquery",
    "line",
    "jsonpath",
    "pg_lsn",
    "pg_snapshot",
    "txid_snapshot",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "tid",
    "cid",
];

/// What leads from one type to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Assigning the value.
    Assigned,
    /// A cast in so many words.
    Explicit,
    /// The text of the value, where the texts of the two types are alike.
    Text,
    /// A whole number.
    Integer,
    /// Whether the value is 0.
    NotZero,
    /// A cast, if one of the types is somebody's own: a domain is as good as what it is over.
    Own,
    /// The text of the value, where both types are somebody's own.
    OwnText,
    /// None that is known.
    Unknown,
}

/// The name of a type as the server prints it, without its arguments.
fn word(ty: &Type) -> String {
    let text = formatted(ty);
    // Which of its fields an interval keeps is as much an argument.
    if text.starts_with("interval ") && !text.ends_with(']') {
        return "interval".to_owned();
    }
    match (text.find('('), text.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", text[..open].trim_end(), &text[close + 1..])
        }
        _ => text,
    }
}

/// Whether the words of the type are texts, so that whatever is assigned becomes one.
fn is_text(word: &str) -> bool {
    matches!(word, "text" | "character" | "character varying" | "bpchar" | "name")
}

fn is_range(word: &str) -> bool {
    matches!(word, "int4range" | "int8range" | "numrange" | "tsrange" | "tstzrange" | "daterange")
}

/// Whether the server brings the type.
fn is_servers(word: &str) -> bool {
    is_range(word)
        || word == "boolean"
        || OTHERS.contains(&word)
        || word.starts_with("interval")
        || ASSIGNED.iter().any(|group| group.contains(&word))
        || ASSIGNED_ONE_WAY.iter().chain(EXPLICIT).any(|(from, to)| *from == word || *to == word)
}

fn way(from: &Type, to: &Type) -> Way {
    if from == to {
        return Way::Assigned;
    }
    let (before, after) = (word(from), word(to));
    let (before, after) = (before.as_str(), after.as_str());
    let array = |ty: &Type, word: &str| matches!(ty, Type::Array(_)) || word.ends_with("[]");
    match (from, to) {
        (Type::Array(from), Type::Array(to)) => {
            return match way(from, to) {
                Way::Integer | Way::NotZero => Way::Unknown,
                found => found,
            };
        }
        _ if is_text(after) => return Way::Assigned,
        (_, Type::Enum(_)) | (Type::Enum(_), _) => {
            return match (from, to) {
                (Type::Enum(_), Type::Enum(_)) => Way::Text,
                (_, Type::Enum(_)) if is_text(before) => Way::Explicit,
                // It may be a domain over texts, or over the enum.
                (Type::Native(_), _) | (_, Type::Native(_)) if !(is_servers(before) || is_servers(after)) => {
                    Way::OwnText
                }
                _ => Way::Unknown,
            };
        }
        _ => {}
    }
    if before == after || ASSIGNED.iter().any(|group| group.contains(&before) && group.contains(&after)) {
        return Way::Assigned;
    }
    let listed = |list: &[(&str, &str)]| list.contains(&(before, after));
    let number = |word: &str| ASSIGNED[0].contains(&word);
    if listed(ASSIGNED_ONE_WAY) {
        Way::Assigned
    } else if is_text(before) || listed(EXPLICIT) {
        Way::Explicit
    } else if before == "boolean" && number(after) {
        Way::Integer
    } else if number(before) && after == "boolean" {
        Way::NotZero
    } else if is_range(before) && is_range(after) {
        Way::Text
    } else {
        let own =
            |ty: &Type, word: &str| matches!(ty, Type::Native(_)) && !is_servers(word.trim_end_matches("[]"));
        match (own(from, before), own(to, after)) {
            (true, true) => Way::OwnText,
            (false, false) => Way::Unknown,
            // A list of something and one thing have nothing in common.
            _ if array(from, before) != array(to, after) => Way::Unknown,
            _ => Way::Own,
        }
    }
}

fn usual(ty: &Type) -> Type {
    match ty {
        Type::Enum(_) => ty.clone(),
        Type::Array(item) => Type::Array(Box::new(usual(item))),
        _ => parse(&spelt(&formatted(ty))),
    }
}

/// How the values of a column become those of another type, where the server does not see to it by itself when they
/// are assigned. A cast in so many words would cut texts that are too long, so that there is none for those.
pub(super) fn conversion(from: &Type, to: &Type, column: &str) -> Option<String> {
    let rendered = render(to);
    let list = if matches!(from, Type::Array(_)) && matches!(to, Type::Array(_)) { "[]" } else { "" };
    match way(&usual(from), &usual(to)) {
        Way::Assigned => None,
        Way::Explicit | Way::Own | Way::Unknown => Some(format!("{column}::{rendered}")),
        Way::Text => Some(format!("{column}::text{list}::{rendered}")),
        Way::OwnText => Some(format!("{column}::text::{rendered}")),
        Way::Integer => Some(format!("{column}::integer::{rendered}")),
        Way::NotZero => Some(format!("{column} <> 0")),
    }
}

/// Who sees to it that values of one type become those of another.
pub(super) fn cast(from: &Type, to: &Type) -> Cast {
    match way(&usual(from), &usual(to)) {
        Way::Assigned | Way::Own | Way::OwnText => Cast::Sure,
        Way::Explicit | Way::Text | Way::Integer | Way::NotZero => Cast::Tried,
        Way::Unknown => Cast::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(from: &str, to: &str) -> (Option<String>, Cast) {
        let (from, to) = (Type::parse(from), Type::parse(to));
        (conversion(&from, &to, "c"), cast(&from, &to))
    }

    #[test]
    fn what_is_assigned_is_not_cast() {
        for (from, to) in [("interval", "interval hour to minute"), ("interval day to second(3)", "interval")]
        {
            assert_eq!(given(from, to), (None, Cast::Sure));
        }
        for (from, to) in [
            ("integer", "bigint"),
            ("text", "varchar(3)"),
            ("integer", "text"),
            ("bytea", "text"),
            ("date", "timestamptz"),
            ("time", "interval"),
            ("timestamp", "time"),
            ("varchar(9)", "varchar"),
            ("json", "jsonb"),
            ("bit(8)", "bit varying(9)"),
            ("public.pair", "text"),
            ("array(integer)", "array(bigint)"),
            ("array(varchar(20))", "array(text)"),
            ("array(enum(a))", "text"),
        ] {
            assert_eq!(given(from, to), (None, Cast::Sure), "{from} to {to}");
        }
    }

    #[test]
    fn what_needs_it_is_cast() {
        for (from, to, sql) in [
            ("text", "integer", "c::integer"),
            ("varchar(20)", "integer", "c::integer"),
            ("text", "jsonb", "c::jsonb"),
            ("text", "array(text)", "c::text[]"),
            ("text", "enum(b)", "c::\"b\""),
            ("array(text)", "array(enum(b))", "c::\"b\"[]"),
            ("enum(a)", "enum(b)", "c::text::\"b\""),
            ("array(enum(a))", "array(enum(b))", "c::text[]::\"b\"[]"),
            ("boolean", "integer", "c::integer"),
            ("boolean", "bigint", "c::integer::bigint"),
            ("integer", "boolean", "c::boolean"),
            ("bigint", "boolean", "c <> 0"),
            ("integer", "bit(8)", "c::bit(8)"),
            ("bit(8)", "integer", "c::integer"),
            ("int4range", "int8range", "c::text::int8range"),
        ] {
            assert_eq!(given(from, to), (Some(sql.to_owned()), Cast::Tried), "{from} to {to}");
        }
    }

    #[test]
    fn types_of_ones_own_are_left_to_the_server() {
        for (from, to, sql) in [
            ("public.pair", "public.two", "c::text::public.two"),
            ("public.pair[]", "public.two[]", "c::text::public.two[]"),
            ("integer", "public.amount", "c::public.amount"),
            ("public.amount", "bigint", "c::bigint"),
            ("enum(a)", "public.fine", "c::text::public.fine"),
        ] {
            assert_eq!(given(from, to), (Some(sql.to_owned()), Cast::Sure), "{from} to {to}");
        }
    }

    #[test]
    fn what_the_server_has_no_cast_for_is_unknown() {
        for (from, to) in [
            ("interval", "integer"),
            ("timestamptz", "bigint"),
            ("array(text)", "jsonb"),
            ("integer", "enum(b)"),
            ("enum(b)", "integer"),
            ("uuid", "bytea"),
            ("json", "integer"),
            ("array(boolean)", "array(bigint)"),
        ] {
            assert_eq!(given(from, to).1, Cast::Unknown, "{from} to {to}");
        }
    }
}
