use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Column, ConstraintBody, ForeignKey, Generated, Identity, OptionValue, Order, PrimaryKey, Sql, Table,
    Type, TypeSpec, Unique,
};

use super::constraint;
use super::cursor::{Cursor, Misread};
use super::token::{Kind, Token};
use crate::options;

/// Words that SQLite never takes for a name without quotes, and so for no part of a type.
const RESERVED: [&str; 52] = [
    "ADD",
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "AUTOINCREMENT",
    "BETWEEN",
    "CASE",
    "CHECK",
    "COLLATE",
    "COMMIT",
    "CONSTRAINT",
    "CREATE",
    "DEFAULT",
    "DEFERRABLE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "ESCAPE",
    "EXISTS",
    "FOREIGN",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INDEX",
    "INSERT",
    "INTO",
    "IS",
    "ISNULL",
    "JOIN",
    "LIMIT",
    "NOT",
    "NOTNULL",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "PRIMARY",
    "REFERENCES",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRANSACTION",
    "UNION",
    "UNIQUE",
    "USING",
    "VALUES",
    "WHERE",
];

/// What a CREATE TABLE says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ParsedTable {
    /// The table, with every name as the text spells it.
    pub(crate) table: Table,
    /// What of it cannot be said in limbeck's terms, if anything.
    pub(crate) beyond: Option<String>,
}

/// Reads a CREATE TABLE.
pub(crate) fn table(sql: &str) -> Result<ParsedTable, Misread> {
    let cursor = &mut Cursor::new(sql);
    cursor.expect(&["CREATE"], "CREATE")?;
    if !cursor.eat(&["TEMP"]) {
        cursor.eat(&["TEMPORARY"]);
    }
    cursor.expect(&["TABLE"], "TABLE")?;
    cursor.eat(&["IF", "NOT", "EXISTS"]);
    let mut parsed = ParsedTable { table: Table::new(&*cursor.qualified_name()?), beyond: None };
    cursor.expect_mark("(", "`(`")?;
    let mut autoincrement = false;
    loop {
        autoincrement |= column(cursor, &mut parsed)?;
        if !cursor.eat_mark(",") || constraint::begins(cursor) {
            break;
        }
    }
    while constraint::begins(cursor) {
        if let Some((item, counts_up)) = constraint::of_table(cursor)? {
            parsed.table.constraints.push(item);
            autoincrement |= counts_up;
        }
        // SQLite wants no comma between them.
        cursor.eat_mark(",");
    }
    cursor.expect_mark(")", "`,` or `)`")?;
    table_options(cursor, &mut parsed.table)?;
    if autoincrement {
        identity(&mut parsed.table);
    }
    Ok(parsed)
}

fn table_options(cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), Misread> {
    while let Some(token) = cursor.peek().filter(|token| !token.is_mark(";")) {
        let key = if cursor.eat(&["WITHOUT", "ROWID"]) {
            options::WITHOUT_ROWID
        } else if cursor.eat(&["STRICT"]) {
            options::STRICT
        } else if token.is_mark(",") {
            cursor.advance();
            continue;
        } else {
            return cursor.misread("WITHOUT ROWID or STRICT");
        };
        table.options.set(options::DIALECT, key, OptionValue::Bool(true));
    }
    Ok(())
}

/// AUTOINCREMENT is said of the key, and is the column's.
fn identity(table: &mut Table) {
    let key = table.primary_key().and_then(|(_, key)| key.columns.first()?.as_column().cloned());
    let column = key.and_then(|key| {
        table.columns.iter_mut().find(|column| column.name.as_str().eq_ignore_ascii_case(key.as_str()))
    });
    if let Some(column) = column {
        column.identity = Some(Identity::default());
    }
}

/// Reads a column with its constraints; whether it says AUTOINCREMENT.
fn column(cursor: &mut Cursor<'_>, parsed: &mut ParsedTable) -> Result<bool, Misread> {
    let name = Ident::from(cursor.name()?);
    let ty = type_text(cursor)?;
    let mut column = Column::new(name.clone(), type_of(ty)).nullable();
    let mut autoincrement = false;
    let mut constraint_name = None;
    // Only behind a REFERENCES does DEFERRABLE mean anything.
    let mut last_key = None;
    loop {
        if cursor.eat(&["CONSTRAINT"]) {
            constraint_name = Some(Ident::from(cursor.name()?));
            continue;
        }
        let named = constraint_name.take();
        if let Some(when) = constraint::deferrable(cursor)? {
            if let Some(key) = last_key.and_then(|at: usize| parsed.table.constraints.get_mut(at)) {
                key.deferrable = when.note(&mut key.options);
            }
        } else if cursor.eat(&["NOT", "NULL"]) {
            column.nullable = false;
            column.options = cursor.conflict()?;
            if let Some(name) = named {
                column.options.set(
                    options::DIALECT,
                    options::NOT_NULL_NAME,
                    OptionValue::String(name.as_str().to_owned()),
                );
            }
        } else if cursor.eat(&["NULL"]) {
            cursor.conflict()?;
        } else if cursor.eat(&["PRIMARY", "KEY"]) {
            let mut columns = constraint::one(&name);
            let descends = cursor.eat(&["DESC"]);
            if descends {
                columns[0].order = Order::Descending;
            } else {
                cursor.eat(&["ASC"]);
            }
            let mut said = cursor.conflict()?;
            if descends {
                // `INTEGER PRIMARY KEY DESC` is no other name for the rowid, by an old mistake that SQLite keeps, and
                // no key written otherwise is the same.
                said.set(options::DIALECT, options::INLINE, OptionValue::Bool(true));
            }
            autoincrement |= cursor.eat(&["AUTOINCREMENT"]);
            let body = PrimaryKey { columns, include: Vec::new() };
            parsed.table.constraints.push(constraint::of(named, body.into(), said, None));
        } else if cursor.eat(&["UNIQUE"]) {
            let body =
                Unique { columns: constraint::one(&name), include: Vec::new(), nulls_not_distinct: false };
            let options = cursor.conflict()?;
            parsed.table.constraints.push(constraint::of(named, body.into(), options, None));
        } else if cursor.eat(&["CHECK"]) {
            let body = constraint::check(cursor)?;
            let options = cursor.conflict()?;
            parsed.table.constraints.push(constraint::of(named, body, options, None));
        } else if cursor.eat(&["REFERENCES"]) {
            let key: ForeignKey = constraint::references(cursor, vec![name.clone()])?;
            last_key = Some(parsed.table.constraints.len());
            let body: ConstraintBody = key.into();
            parsed.table.constraints.push(constraint::of(named, body, Default::default(), None));
        } else if cursor.eat(&["DEFAULT"]) {
            column.default = Some(default(cursor)?);
        } else if cursor.eat(&["COLLATE"]) {
            column.collation = Some(cursor.name()?);
        } else if cursor.eat(&["GENERATED", "ALWAYS", "AS"]) || cursor.eat(&["AS"]) {
            column.generated = Some(generated(cursor)?);
        } else {
            break;
        }
    }
    parsed.table.columns.push(column);
    Ok(autoincrement)
}

/// The type as it is written; nothing, if none is.
fn type_text<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Misread> {
    let from = cursor.position();
    while let Some(token) = cursor.peek() {
        let part = match token.kind {
            Kind::Word => !token.is_any(&RESERVED) && !cursor.sees(&["GENERATED", "ALWAYS", "AS"]),
            Kind::Quoted | Kind::String => true,
            _ => false,
        };
        if !part {
            break;
        }
        cursor.advance();
    }
    if cursor.position() > from && cursor.sees_mark("(") {
        cursor.parenthesised()?;
    }
    Ok(cursor.text_since(from))
}

/// Portable only if SQLite writes the portable type in these very words, whatever the case of their letters.
fn type_of(text: &str) -> TypeSpec {
    match crate::dialect::parse_type(text) {
        Type::Native(_) => TypeSpec::only(options::DIALECT, text),
        portable => TypeSpec::from(portable),
    }
}

/// What stands behind DEFAULT.
fn default(cursor: &mut Cursor<'_>) -> Result<Sql, Misread> {
    let from = cursor.position();
    if cursor.sees_mark("(") {
        let text = cursor.expression()?;
        return Ok(Sql::from(known_word(text).unwrap_or(text)));
    }
    if cursor.eat_mark("-") || cursor.eat_mark("+") {
        return match cursor.advance().map(|token| token.kind) {
            Some(Kind::Number | Kind::String | Kind::Blob | Kind::Word) => {
                Ok(Sql::from(cursor.text_since(from)))
            }
            _ => cursor.misread("a number"),
        };
    }
    match cursor.advance() {
        Some(Token { kind: Kind::Number | Kind::String | Kind::Blob, text, .. }) => Ok(Sql::from(text)),
        Some(token) if token.is_any(&["TRUE", "FALSE"]) => Ok(Sql::from(token.text)),
        Some(token) => match (token.kind, known_word(token.text), token.name()) {
            (Kind::Word, Some(word), _) => Ok(Sql::from(word)),
            // Any other name is a text here: `DEFAULT "x"`, `DEFAULT x`. In quotes it stays one wherever it is written.
            (Kind::Word, _, Some(text)) => Ok(Sql::from(format!("\"{text}\""))),
            (Kind::Quoted, ..) => Ok(Sql::from(token.text)),
            _ => cursor.misread("a default"),
        },
        None => cursor.misread("a default"),
    }
}

/// The words that stand for a value, in one spelling.
fn known_word(text: &str) -> Option<&'static str> {
    ["NULL", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"]
        .into_iter()
        .find(|word| word.eq_ignore_ascii_case(text))
}

/// What stands behind AS.
fn generated(cursor: &mut Cursor<'_>) -> Result<Generated, Misread> {
    let expression = cursor.expression()?;
    let stored = cursor.eat(&["STORED"]);
    if !stored {
        cursor.eat(&["VIRTUAL"]);
    }
    Ok(Generated { expression: expression.into(), stored })
}
