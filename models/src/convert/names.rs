//! Column names inside SQL that limbeck writes itself.

use limbeck_core::schema::Sql;

/// Words that PostgreSQL, MySQL, MariaDB or SQLite do not take as a column's name without quotes, as far as they are
/// likely names.
const RESERVED: [&str; 66] = [
    "all",
    "alter",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "between",
    "both",
    "by",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "condition",
    "constraint",
    "create",
    "cross",
    "database",
    "default",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "for",
    "foreign",
    "from",
    "function",
    "grant",
    "group",
    "groups",
    "having",
    "in",
    "index",
    "interval",
    "into",
    "is",
    "join",
    "key",
    "keys",
    "like",
    "limit",
    "not",
    "null",
    "of",
    "on",
    "or",
    "order",
    "primary",
    "range",
    "rank",
    "references",
    "row",
    "select",
    "system",
    "table",
    "to",
    "trigger",
    "user",
    "window",
];

/// `{column} {rest}`, with the column in each dialect's quotes if it needs any.
pub(super) fn about_column(column: &str, rest: &str) -> Sql {
    let plain = column.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !column.starts_with(|c: char| c.is_ascii_digit())
        && !RESERVED.contains(&column);
    if plain {
        return Sql::from(format!("{column} {rest}"));
    }
    let mut sql = Sql::from(format!("\"{}\" {rest}", column.replace('"', "\"\"")));
    sql.dialects.insert("mysql".to_owned(), format!("`{}` {rest}", column.replace('`', "``")));
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_need_quotes_get_them() {
        assert_eq!(about_column("state", "> 0"), Sql::from("state > 0"));
        let quoted = about_column("order", "> 0");
        assert_eq!(quoted.resolve(&["sqlite"]).map(String::as_str), Some("\"order\" > 0"));
        assert_eq!(quoted.resolve(&["mariadb", "mysql"]).map(String::as_str), Some("`order` > 0"));
    }
}
