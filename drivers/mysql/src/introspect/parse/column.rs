use limbeck_core::ident::Ident;
use limbeck_core::schema::{Column, Generated, Identity, OptionValue, Sql, Type, TypeSpec};
use limbeck_core::sql::TokenKind;

use super::Refused;
use super::cursor::Cursor;
use crate::dialect::collation::usual;
use crate::dialect::literal::quote;
use crate::dialect::{default, types};
use crate::flavour::Gates;
use crate::options::{
    CHARACTER_SET, CHECK, COLUMN_FORMAT, COMPRESSED, ENGINE_ATTRIBUTE, ENGINE_OPTIONS, INVISIBLE, NO_DEFAULT,
    NOT_SECONDARY, ON_UPDATE, SECONDARY_ENGINE_ATTRIBUTE, SRID, STORAGE, VERSIONING,
};

/// A column's line. `collation` is that of its table, which a column may show though it only inherits it.
pub(super) fn column(
    gates: Gates,
    cursor: &mut Cursor<'_>,
    collation: Option<&str>,
) -> Result<Column, Refused> {
    let name = cursor.name()?;
    let text = type_text(cursor)?;
    let mut column = Column::new(name.as_str(), TypeSpec::from(types::parse(gates, &text))).nullable();
    let mut said = Said::default();
    while let Some(token) = cursor.peek() {
        if matches!(token.text, "," | ")") {
            break;
        }
        attribute(gates, cursor, &mut column, &text, &mut said)?;
    }
    if said.json && column.collation.as_deref() == Some("utf8mb4_bin") {
        // MariaDB's JSON is a text with a collation and a CHECK.
        column.ty = TypeSpec::from(Type::Json);
        column.collation = None;
        said.set = None;
    } else if said.json {
        column.options.set(gates.name(), CHECK, OptionValue::String(json_check(&name)));
    }
    if !said.character_set && column.collation.as_deref() == collation {
        column.collation = None;
    }
    // MySQL shows the usual collation of a character set where somebody has said one, and else not: it is the same.
    if column.collation.is_none() {
        column.collation = said.set.as_deref().and_then(usual).map(str::to_owned);
    }
    if let (Some(set), None) = (said.set, &column.collation) {
        column.options.set(gates.name(), CHARACTER_SET, OptionValue::String(set));
    }
    let computed = column.generated.is_some() || said.row;
    let shows_null = !(gates.parenthesised_defaults && types::hides_null(&text));
    if column.nullable && !said.default && !computed && shows_null && column.identity.is_none() {
        column.options.set(gates.name(), NO_DEFAULT, OptionValue::Bool(true));
    }
    if computed && gates.flavour == crate::flavour::Flavour::Mariadb {
        column.nullable = true;
    }
    if let Some(Type::Native(text)) = column.ty.plain() {
        column.ty = TypeSpec::only(gates.name(), text.clone());
    }
    if !said.engine.is_empty() {
        let options = said.engine.into_iter().map(OptionValue::String).collect();
        column.options.set(gates.name(), ENGINE_OPTIONS, OptionValue::Array(options));
    }
    Ok(column)
}

/// What a column's line says, as far as it takes all of it to tell what that means.
#[derive(Default)]
struct Said {
    default: bool,
    json: bool,
    row: bool,
    character_set: bool,
    set: Option<String>,
    engine: Vec<String>,
}

fn json_check(name: &str) -> String {
    format!("json_valid({})", quote(name))
}

/// A type, as the server writes it.
fn type_text(cursor: &mut Cursor<'_>) -> Result<String, Refused> {
    let start = cursor.place();
    if cursor.peek().is_none_or(|token| token.kind != TokenKind::Word) {
        return Err(cursor.refuse("a type"));
    }
    cursor.next();
    if cursor.peek().is_some_and(|token| token.text == "(") {
        cursor.parenthesised()?;
    }
    cursor.eat(&["UNSIGNED"]);
    cursor.eat(&["ZEROFILL"]);
    Ok(cursor.since(start).to_owned())
}

fn attribute(
    gates: Gates,
    cursor: &mut Cursor<'_>,
    column: &mut Column,
    ty: &str,
    said: &mut Said,
) -> Result<(), Refused> {
    let mut set = |key: &str, value: OptionValue| column.options.set(gates.name(), key, value);
    let text = |text: String| OptionValue::String(text);
    if cursor.eat(&["CHARACTER", "SET"]) {
        said.character_set = true;
        said.set = Some(cursor.name()?);
    } else if cursor.eat(&["COLLATE"]) {
        column.collation = Some(cursor.name()?);
    } else if cursor.eat(&["COMPRESSED"]) {
        let start = cursor.place();
        if cursor.eat(&["="]) {
            cursor.name()?;
        }
        set(COMPRESSED, text(format!("COMPRESSED{}", cursor.since(start))));
    } else if cursor.eat(&["GENERATED", "ALWAYS", "AS", "ROW"]) {
        said.row = true;
        let which = cursor.name()?.to_ascii_lowercase();
        set(VERSIONING, text(format!("row {which}")));
    } else if cursor.eat(&["GENERATED", "ALWAYS", "AS"]) {
        let expression = cursor.parenthesised()?;
        let stored = cursor.eat(&["STORED"]) || cursor.eat(&["PERSISTENT"]);
        if !stored {
            cursor.expect(&["VIRTUAL"])?;
        }
        column.generated = Some(Generated { expression: Sql::from(expression), stored });
    } else if cursor.eat(&["NOT", "NULL"]) {
        column.nullable = false;
    } else if cursor.eat(&["NOT", "SECONDARY"]) {
        set(NOT_SECONDARY, OptionValue::Bool(true));
    } else if cursor.eat(&["NULL"]) {
        column.nullable = true;
    } else if cursor.eat(&["INVISIBLE"]) {
        set(INVISIBLE, OptionValue::Bool(true));
    } else if cursor.eat(&["WITHOUT", "SYSTEM", "VERSIONING"]) {
        set(VERSIONING, text("without".to_owned()));
    } else if cursor.eat(&["DEFAULT"]) {
        said.default = true;
        let value = default_text(cursor)?;
        column.default = default::canonical(gates, value, ty).map(Sql::from);
    } else if cursor.eat(&["ON", "UPDATE"]) {
        let value = default_text(cursor)?;
        set(ON_UPDATE, text(default::on_update(value, ty)));
    } else if cursor.eat(&["AUTO_INCREMENT"]) {
        column.identity = Some(Identity::default());
    } else if cursor.eat(&["COMMENT"]) {
        column.comment = Some(cursor.string()?);
    } else if cursor.eat(&["SRID"]) || cursor.eat(&["REF_SYSTEM_ID", "="]) {
        set(SRID, OptionValue::Integer(cursor.number()?));
    } else if cursor.eat(&["STORAGE"]) {
        set(STORAGE, text(cursor.name()?));
    } else if cursor.eat(&["COLUMN_FORMAT"]) {
        set(COLUMN_FORMAT, text(cursor.name()?));
    } else if cursor.eat(&["ENGINE_ATTRIBUTE"]) {
        cursor.eat(&["="]);
        set(ENGINE_ATTRIBUTE, text(cursor.string()?));
    } else if cursor.eat(&["SECONDARY_ENGINE_ATTRIBUTE"]) {
        cursor.eat(&["="]);
        set(SECONDARY_ENGINE_ATTRIBUTE, text(cursor.string()?));
    } else if cursor.eat(&["CHECK"]) {
        let expression = cursor.parenthesised()?;
        if expression == json_check(column.name.as_str()) && types::word(ty) == "longtext" {
            said.json = true;
        } else {
            set(CHECK, text(expression.to_owned()));
        }
    } else if cursor.peek().is_some_and(|token| token.kind == TokenKind::QuotedIdentifier) {
        said.engine.push(engine_option(cursor)?);
    } else {
        return Err(cursor.refuse("an attribute of a column"));
    }
    Ok(())
}

/// An option that an engine defines: a name in quotes, `=` and a value.
pub(super) fn engine_option(cursor: &mut Cursor<'_>) -> Result<String, Refused> {
    let start = cursor.place();
    cursor.name()?;
    cursor.expect(&["="])?;
    match cursor.next() {
        Some(token) if matches!(token.kind, TokenKind::String | TokenKind::Number | TokenKind::Word) => {
            Ok(cursor.since(start).to_owned())
        }
        _ => Err("an option of its engine has no value".to_owned()),
    }
}

/// A default, as it stands: a value, a call or an expression in parentheses.
fn default_text<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Refused> {
    let start = cursor.place();
    if cursor.peek().is_some_and(|token| token.text == "(") {
        cursor.parenthesised()?;
        return Ok(cursor.since(start));
    }
    if cursor.peek().is_some_and(|token| matches!(token.text, "-" | "+")) {
        cursor.next();
    }
    let Some(first) = cursor.next() else { return Err(cursor.refuse("a default")) };
    match first.kind {
        TokenKind::Word => {
            // `b'101'`, `_utf8mb4'x'`
            let prefixed = cursor
                .peek()
                .is_some_and(|token| token.kind == TokenKind::String && token.start == first.span().end);
            if prefixed {
                cursor.next();
            } else if cursor.peek().is_some_and(|token| token.text == "(") {
                cursor.parenthesised()?;
            }
        }
        TokenKind::QuotedIdentifier => {
            // A function of a schema.
            while cursor.eat(&["."]) {
                cursor.name()?;
            }
            if cursor.peek().is_some_and(|token| token.text == "(") {
                cursor.parenthesised()?;
            }
        }
        TokenKind::String | TokenKind::Number => {}
        _ => return Err("a default is not understood".to_owned()),
    }
    Ok(cursor.since(start))
}

/// The names of columns in parentheses.
pub(super) fn names(cursor: &mut Cursor<'_>) -> Result<Vec<Ident>, Refused> {
    cursor.expect(&["("])?;
    let mut names = Vec::new();
    loop {
        names.push(Ident::from(cursor.name()?));
        if !cursor.eat(&[","]) {
            break;
        }
    }
    cursor.expect(&[")"])?;
    Ok(names)
}
