use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Check, Constraint, ForeignKey, Index, KeyPart, OptionValue, Options, Order, PrimaryKey, References,
    ReferentialAction, Sql, Table, Unique,
};
use limbeck_core::sql::TokenKind;

use super::Refused;
use super::column::{engine_option, names};
use super::cursor::Cursor;
use crate::flavour::Gates;
use crate::options::{
    ENGINE_ATTRIBUTE, ENGINE_OPTIONS, IGNORED, INVISIBLE, KEY_BLOCK_SIZE, NO_ACTION, PARSER,
    SECONDARY_ENGINE_ATTRIBUTE, USING, WITHOUT_OVERLAPS,
};

/// A line that is no column's. `false` if it is one.
pub(super) fn item(gates: Gates, cursor: &mut Cursor<'_>, table: &mut Table) -> Result<bool, Refused> {
    if cursor.peek().is_some_and(|token| token.kind == TokenKind::QuotedIdentifier) {
        return Ok(false);
    }
    if cursor.eat(&["PRIMARY", "KEY"]) {
        let key = key(gates, cursor)?;
        let body = PrimaryKey { columns: key.parts, include: Vec::new() };
        table.constraints.push(Constraint {
            comment: key.comment,
            options: key.options,
            ..Constraint::new(None, body)
        });
    } else if cursor.eat(&["UNIQUE", "KEY"]) {
        let name = Ident::from(cursor.name()?);
        let key = key(gates, cursor)?;
        if key.parts.iter().all(|part| part.as_column().is_some()) {
            let body = Unique { columns: key.parts, ..Unique::default() };
            table.constraints.push(Constraint {
                comment: key.comment,
                options: key.options,
                ..Constraint::new(Some(name), body)
            });
        } else {
            table.indexes.insert(name.clone(), Index { unique: true, ..index(name, key, None) });
        }
    } else if cursor.eat(&["CONSTRAINT"]) {
        let name = Ident::from(cursor.name()?);
        constraint(gates, cursor, table, name)?;
    } else {
        let method = ["FULLTEXT", "SPATIAL", "VECTOR"].into_iter().find(|word| cursor.eat(&[word]));
        cursor.expect(&["KEY"])?;
        let name = Ident::from(cursor.name()?);
        let key = key(gates, cursor)?;
        table.indexes.insert(name.clone(), index(name, key, method));
    }
    Ok(true)
}

fn index(name: Ident, key: Key, method: Option<&str>) -> Index {
    Index {
        columns: key.parts,
        method: method.map(str::to_ascii_lowercase),
        comment: key.comment,
        options: key.options,
        ..Index::new(name, Vec::<Ident>::new())
    }
}

/// The parts of a key and what stands behind them.
struct Key {
    parts: Vec<KeyPart>,
    comment: Option<String>,
    options: Options,
}

fn key(gates: Gates, cursor: &mut Cursor<'_>) -> Result<Key, Refused> {
    let mut key = Key { parts: Vec::new(), comment: None, options: Options::default() };
    cursor.expect(&["("])?;
    loop {
        part(gates, cursor, &mut key)?;
        if !cursor.eat(&[","]) {
            break;
        }
    }
    cursor.expect(&[")"])?;
    let mut engine = Vec::new();
    while let Some(token) = cursor.peek() {
        if matches!(token.text, "," | ")") {
            break;
        }
        let mut set = |name: &str, value: OptionValue| key.options.set(gates.name(), name, value);
        if cursor.eat(&["USING"]) {
            set(USING, OptionValue::String(cursor.name()?));
        } else if cursor.eat(&["COMMENT"]) {
            key.comment = Some(cursor.string()?);
        } else if cursor.eat(&["KEY_BLOCK_SIZE"]) {
            cursor.eat(&["="]);
            set(KEY_BLOCK_SIZE, OptionValue::Integer(cursor.number()?));
        } else if cursor.eat(&["WITH", "PARSER"]) {
            set(PARSER, OptionValue::String(cursor.name()?));
        } else if cursor.eat(&["INVISIBLE"]) {
            set(INVISIBLE, OptionValue::Bool(true));
        } else if cursor.eat(&["IGNORED"]) {
            set(IGNORED, OptionValue::Bool(true));
        } else if cursor.eat(&["ENGINE_ATTRIBUTE"]) {
            cursor.eat(&["="]);
            set(ENGINE_ATTRIBUTE, OptionValue::String(cursor.string()?));
        } else if cursor.eat(&["SECONDARY_ENGINE_ATTRIBUTE"]) {
            cursor.eat(&["="]);
            set(SECONDARY_ENGINE_ATTRIBUTE, OptionValue::String(cursor.string()?));
        } else if cursor.peek().is_some_and(|token| token.kind == TokenKind::QuotedIdentifier) {
            engine.push(OptionValue::String(engine_option(cursor)?));
        } else {
            return Err(cursor.refuse("an attribute of a key"));
        }
    }
    if !engine.is_empty() {
        key.options.set(gates.name(), ENGINE_OPTIONS, OptionValue::Array(engine));
    }
    Ok(key)
}

fn part(gates: Gates, cursor: &mut Cursor<'_>, key: &mut Key) -> Result<(), Refused> {
    if cursor.peek().is_some_and(|token| token.text == "(") {
        let expression = cursor.parenthesised()?;
        let mut part = KeyPart::expression(Sql::from(expression));
        if cursor.eat(&["DESC"]) {
            part.order = Order::Descending;
        }
        key.parts.push(part);
        return Ok(());
    }
    let name = cursor.name()?;
    if cursor.eat(&["WITHOUT", "OVERLAPS"]) {
        key.options.set(gates.name(), WITHOUT_OVERLAPS, OptionValue::String(name));
        return Ok(());
    }
    let mut part = KeyPart::column(name);
    if cursor.eat(&["("]) {
        part.length = Some(u32::try_from(cursor.number()?).map_err(|error| error.to_string())?);
        cursor.expect(&[")"])?;
    }
    if cursor.eat(&["DESC"]) {
        part.order = Order::Descending;
    }
    key.parts.push(part);
    Ok(())
}

fn constraint(gates: Gates, cursor: &mut Cursor<'_>, table: &mut Table, name: Ident) -> Result<(), Refused> {
    if cursor.eat(&["CHECK"]) {
        let expression = Sql::from(cursor.parenthesised()?);
        let mut made = Constraint::new(Some(name), Check { expression });
        made.not_enforced = cursor.eat(&["NOT", "ENFORCED"]);
        table.constraints.push(made);
        return Ok(());
    }
    cursor.expect(&["FOREIGN", "KEY"])?;
    let columns = names(cursor)?;
    cursor.expect(&["REFERENCES"])?;
    let mut target = Name::new(cursor.name()?);
    if cursor.eat(&["."]) {
        target = Name::qualified(target.name, cursor.name()?);
    }
    let references = References { table: target, columns: names(cursor)? };
    let mut key = ForeignKey {
        columns,
        references,
        on_delete: ReferentialAction::NoAction,
        on_delete_columns: Vec::new(),
        on_update: ReferentialAction::NoAction,
        match_type: None,
    };
    let mut said = Vec::new();
    while cursor.eat(&["ON"]) {
        let delete = cursor.eat(&["DELETE"]);
        if !delete {
            cursor.expect(&["UPDATE"])?;
        }
        let action = ReferentialAction::ALL
            .into_iter()
            .find(|action| cursor.eat(&action.sql().split(' ').collect::<Vec<_>>()))
            .ok_or_else(|| cursor.refuse("what a foreign key does"))?;
        if action == ReferentialAction::NoAction {
            said.push(if delete { "delete" } else { "update" });
        }
        *(if delete { &mut key.on_delete } else { &mut key.on_update }) = action;
    }
    let mut made = Constraint::new(Some(name), key);
    if !said.is_empty() {
        made.options.set(gates.name(), NO_ACTION, OptionValue::String(said.join(" ")));
    }
    table.constraints.push(made);
    Ok(())
}
