use crate::ident::Ident;

use super::operand::operands;
use super::{Folding, LexicalRules, ScanError, Token, TokenKind};

/// A column as the expressions of its own table name it.
#[derive(Debug, Clone, Copy)]
pub struct ColumnReference<'a> {
    /// What may stand before the column and a point: the table's name, and in a trigger the names of its rows.
    pub tables: &'a [Ident],
    /// The column.
    pub column: &'a Ident,
    /// Which spellings mean it.
    pub folding: Folding,
}

/// Whether an expression names a column. Names in strings, functions, types, collations and aliases are not meant.
///
/// # Errors
/// What is not closed, and a query inside the expression.
pub fn references_column(
    rules: &LexicalRules,
    expression: &str,
    reference: &ColumnReference<'_>,
) -> Result<bool, ScanError> {
    Ok(!columns(rules, expression, reference)?.is_empty())
}

/// The expression with the column called `new`; `None` if it does not name it. A plain name stays plain where the new
/// one can be; otherwise it is what `quote` makes of it.
///
/// # Errors
/// What is not closed, and a query inside the expression.
pub fn rename_column(
    rules: &LexicalRules,
    expression: &str,
    reference: &ColumnReference<'_>,
    new: &Ident,
    quote: &dyn Fn(&str) -> String,
) -> Result<Option<String>, ScanError> {
    let found = columns(rules, expression, reference)?;
    Ok(replace(expression, &found, new, reference.folding, quote))
}

/// Whether an expression names a column through its table: `table.column`.
///
/// # Errors
/// What is not closed, and a query inside the expression.
pub fn references_table(
    rules: &LexicalRules,
    expression: &str,
    table: &Ident,
    folding: Folding,
) -> Result<bool, ScanError> {
    Ok(!tables(rules, expression, table, folding)?.is_empty())
}

/// The expression with the table called `new` where it stands before a column's name; `None` if it does so nowhere.
///
/// # Errors
/// What is not closed, and a query inside the expression.
pub fn rename_table(
    rules: &LexicalRules,
    expression: &str,
    old: &Ident,
    new: &Ident,
    folding: Folding,
    quote: &dyn Fn(&str) -> String,
) -> Result<Option<String>, ScanError> {
    let found = tables(rules, expression, old, folding)?;
    Ok(replace(expression, &found, new, folding, quote))
}

fn columns<'a>(
    rules: &'a LexicalRules,
    expression: &'a str,
    reference: &ColumnReference<'_>,
) -> Result<Vec<Token<'a>>, ScanError> {
    let is = |token: &Token<'_>, name: &Ident| names(rules, token, name, reference.folding);
    let own = |operand: &Token<'_>| reference.tables.iter().any(|table| is(operand, table));
    let found = operands(rules, expression)?.into_iter().filter_map(|operand| {
        let meant = operand.qualifiers.last().is_none_or(own);
        operand.name.filter(|name| meant && is(name, reference.column))
    });
    Ok(found.collect())
}

fn tables<'a>(
    rules: &'a LexicalRules,
    expression: &'a str,
    table: &Ident,
    folding: Folding,
) -> Result<Vec<Token<'a>>, ScanError> {
    let found = operands(rules, expression)?.into_iter().filter_map(|mut operand| operand.qualifiers.pop());
    Ok(found.filter(|token| names(rules, token, table, folding)).collect())
}

/// Whether the token is the name.
fn names(rules: &LexicalRules, token: &Token<'_>, name: &Ident, folding: Folding) -> bool {
    if token.kind == TokenKind::Word {
        return folding.same(token.text, false, name.as_str());
    }
    let Some(open) = token.text.chars().next() else { return false };
    let Some(quotes) = rules.identifier_quotes.iter().find(|quotes| quotes.open == open) else {
        // With a prefix, as in U&"…": its escapes are the server's affair, and who stores such a text writes it out.
        return false;
    };
    let inner = token.text.get(1..token.text.len() - 1).unwrap_or("");
    if !quotes.doubled {
        return folding.same(inner, true, name.as_str());
    }
    let close = quotes.close.to_string();
    folding.same(&inner.replace(&close.repeat(2), &close), true, name.as_str())
}

fn replace(
    expression: &str,
    found: &[Token<'_>],
    new: &Ident,
    folding: Folding,
    quote: &dyn Fn(&str) -> String,
) -> Option<String> {
    if found.is_empty() {
        return None;
    }
    let plain = stands_plain(new.as_str(), folding);
    let mut out = String::with_capacity(expression.len() + found.len() * new.as_str().len());
    let mut from = 0;
    for token in found {
        out.push_str(&expression[from..token.start]);
        if plain && token.kind == TokenKind::Word {
            out.push_str(new.as_str());
        } else {
            out.push_str(&quote(new.as_str()));
        }
        from = token.span().end;
    }
    out.push_str(&expression[from..]);
    Some(out)
}

/// Words that some dialect reserves. Quoting one that need not be does no harm.
const RESERVED: &[&str] = &[
    "ACCESSIBLE",
    "ADD",
    "ALL",
    "ALTER",
    "ANALYSE",
    "ANALYZE",
    "AND",
    "ANY",
    "ARRAY",
    "AS",
    "ASC",
    "ASYMMETRIC",
    "AUTHORIZATION",
    "AUTOINCREMENT",
    "BETWEEN",
    "BIGINT",
    "BINARY",
    "BIT",
    "BLOB",
    "BOOLEAN",
    "BOTH",
    "BY",
    "CALL",
    "CASCADE",
    "CASE",
    "CAST",
    "CHANGE",
    "CHAR",
    "CHARACTER",
    "CHECK",
    "COALESCE",
    "COLLATE",
    "COLUMN",
    "COMMIT",
    "CONDITION",
    "CONSTRAINT",
    "CONTINUE",
    "CONVERT",
    "CREATE",
    "CROSS",
    "CUBE",
    "CURRENT_DATE",
    "CURRENT_ROLE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "CURSOR",
    "DATABASE",
    "DATABASES",
    "DEC",
    "DECIMAL",
    "DECLARE",
    "DEFAULT",
    "DEFERRABLE",
    "DELAYED",
    "DELETE",
    "DESC",
    "DESCRIBE",
    "DETERMINISTIC",
    "DISTINCT",
    "DISTINCTROW",
    "DIV",
    "DO",
    "DOUBLE",
    "DROP",
    "DUAL",
    "EACH",
    "ELSE",
    "ELSEIF",
    "EMPTY",
    "ENCLOSED",
    "END",
    "ESCAPE",
    "ESCAPED",
    "EXCEPT",
    "EXISTS",
    "EXIT",
    "EXPLAIN",
    "EXTRACT",
    "FALSE",
    "FETCH",
    "FLOAT",
    "FOR",
    "FORCE",
    "FOREIGN",
    "FREEZE",
    "FROM",
    "FULL",
    "FULLTEXT",
    "FUNCTION",
    "GENERATED",
    "GET",
    "GLOB",
    "GRANT",
    "GREATEST",
    "GROUP",
    "GROUPING",
    "GROUPS",
    "HAVING",
    "IF",
    "IGNORE",
    "ILIKE",
    "IN",
    "INDEX",
    "INFILE",
    "INITIALLY",
    "INNER",
    "INOUT",
    "INSERT",
    "INT",
    "INTEGER",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "IS",
    "ISNULL",
    "ITERATE",
    "JOIN",
    "KEY",
    "KEYS",
    "KILL",
    "LAG",
    "LATERAL",
    "LEAD",
    "LEADING",
    "LEAST",
    "LEAVE",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LINES",
    "LOAD",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LOCK",
    "LONG",
    "LOOP",
    "MATCH",
    "MOD",
    "NATURAL",
    "NATIONAL",
    "NCHAR",
    "NONE",
    "NOT",
    "NOTHING",
    "NOTNULL",
    "NULL",
    "NULLIF",
    "NUMERIC",
    "OF",
    "OFFSET",
    "ON",
    "ONLY",
    "OPTIMIZE",
    "OPTION",
    "OR",
    "ORDER",
    "OUT",
    "OUTER",
    "OUTFILE",
    "OVER",
    "OVERLAPS",
    "OVERLAY",
    "PARTITION",
    "PLACING",
    "POSITION",
    "PRECISION",
    "PRIMARY",
    "PROCEDURE",
    "RAISE",
    "RANGE",
    "RANK",
    "READ",
    "REAL",
    "RECURSIVE",
    "REFERENCES",
    "REGEXP",
    "RELEASE",
    "RENAME",
    "REPEAT",
    "REPLACE",
    "REQUIRE",
    "RESTRICT",
    "RETURN",
    "RETURNING",
    "REVOKE",
    "RIGHT",
    "RLIKE",
    "ROW",
    "ROWS",
    "SCHEMA",
    "SELECT",
    "SESSION_USER",
    "SET",
    "SETOF",
    "SHOW",
    "SIGNAL",
    "SIMILAR",
    "SMALLINT",
    "SOME",
    "SQL",
    "STORED",
    "SUBSTRING",
    "SYMMETRIC",
    "SYSTEM",
    "TABLE",
    "TABLESAMPLE",
    "TERMINATED",
    "THEN",
    "TIME",
    "TIMESTAMP",
    "TO",
    "TRAILING",
    "TRANSACTION",
    "TREAT",
    "TRIGGER",
    "TRIM",
    "TRUE",
    "UNDO",
    "UNION",
    "UNIQUE",
    "UNLOCK",
    "UNSIGNED",
    "UPDATE",
    "USAGE",
    "USE",
    "USER",
    "USING",
    "VALUES",
    "VARBINARY",
    "VARCHAR",
    "VARIADIC",
    "VARYING",
    "VERBOSE",
    "VIRTUAL",
    "WHEN",
    "WHERE",
    "WHILE",
    "WINDOW",
    "WITH",
    "WRITE",
    "XOR",
    "ZEROFILL",
    "ZONE",
];

fn stands_plain(name: &str, folding: Folding) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && folding.keeps(name)
        && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

#[cfg(test)]
#[path = "rewrite_tests.rs"]
mod tests;
