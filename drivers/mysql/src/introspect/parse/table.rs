use limbeck_core::ident::Name;
use limbeck_core::schema::{OptionValue, Table};
use limbeck_core::sql::TokenKind;

use super::Refused;
use super::column::{column, engine_option};
use super::cursor::Cursor;
use super::key;
use crate::flavour::Gates;
use crate::options::{
    CHARACTER_SET, COLLATION, ENGINE, ENGINE_OPTIONS, Form, PARTITION_BY, PERIODS, SYSTEM_VERSIONING, TABLE,
};

/// The table that a SHOW CREATE TABLE shows.
pub(in crate::introspect) fn table(gates: Gates, text: &str) -> Result<Table, Refused> {
    let mut cursor = Cursor::new(text);
    cursor.expect(&["CREATE", "TABLE"])?;
    let mut table = Table::new(Name::new(cursor.name()?));
    // The options stand behind the columns, which may inherit some of them.
    let mut tail = Cursor::new(text);
    tail.expect(&["CREATE", "TABLE"])?;
    tail.name()?;
    tail.parenthesised()?;
    options(gates, &mut tail, &mut table)?;
    let collation = super::super::verify::said(gates, &table, COLLATION).map(str::to_owned);
    cursor.expect(&["("])?;
    let mut periods = Vec::new();
    loop {
        if cursor.eat(&["PERIOD"]) {
            let start = cursor.place();
            cursor.expect(&["FOR"])?;
            cursor.name()?;
            cursor.parenthesised()?;
            periods.push(OptionValue::String(cursor.since(start).to_owned()));
        } else if !key::item(gates, &mut cursor, &mut table)? {
            table.columns.push(column(gates, &mut cursor, collation.as_deref())?);
        }
        if !cursor.eat(&[","]) {
            break;
        }
    }
    cursor.expect(&[")"])?;
    if !periods.is_empty() {
        table.options.set(gates.name(), PERIODS, OptionValue::Array(periods));
    }
    Ok(table)
}

/// What stands behind the parentheses. The counter is no part of a schema: it changes with every row.
fn options(gates: Gates, cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), Refused> {
    let mut engine = Vec::new();
    while let Some(token) = cursor.peek() {
        let quoted = token.kind == TokenKind::QuotedIdentifier;
        if cursor.eat(&["PARTITION", "BY"]) {
            let by = cursor.rest().to_owned();
            table.options.set(gates.name(), PARTITION_BY, OptionValue::String(by));
        } else if cursor.eat(&["WITH", "SYSTEM", "VERSIONING"]) {
            table.options.set(gates.name(), SYSTEM_VERSIONING, OptionValue::Bool(true));
        } else if cursor.eat(&["ENGINE", "="]) {
            let name = cursor.name()?;
            if name != "InnoDB" {
                table.options.set(gates.name(), ENGINE, OptionValue::String(name));
            }
        } else if cursor.eat(&["AUTO_INCREMENT", "="]) {
            cursor.next();
        } else if cursor.eat(&["DEFAULT", "CHARSET", "="]) {
            let set = cursor.name()?;
            table.options.set(gates.name(), CHARACTER_SET, OptionValue::String(set));
        } else if cursor.eat(&["COLLATE", "="]) {
            let collation = cursor.name()?;
            table.options.set(gates.name(), COLLATION, OptionValue::String(collation));
        } else if cursor.eat(&["COMMENT", "="]) {
            table.comment = Some(cursor.string()?);
        } else if quoted {
            engine.push(OptionValue::String(engine_option(cursor)?));
        } else {
            named(gates, cursor, table)?;
        }
    }
    if !engine.is_empty() {
        table.options.set(gates.name(), ENGINE_OPTIONS, OptionValue::Array(engine));
    }
    Ok(())
}

fn named(gates: Gates, cursor: &mut Cursor<'_>, table: &mut Table) -> Result<(), Refused> {
    let found = TABLE.iter().find(|option| cursor.eat(&option.word.split(' ').collect::<Vec<_>>()));
    let Some(option) = found else { return Err(cursor.refuse("an option of a table")) };
    cursor.eat(&["="]);
    let value = match option.form {
        Form::Text => OptionValue::String(cursor.string()?),
        Form::Number => match cursor.number() {
            Ok(number) => OptionValue::Integer(number),
            Err(error) => return Err(error),
        },
        Form::Name => OptionValue::String(cursor.name()?),
        Form::Names => {
            let start = cursor.place();
            cursor.parenthesised()?;
            OptionValue::String(cursor.since(start).to_owned())
        }
        Form::Word => match cursor.next() {
            Some(token) => OptionValue::String(token.text.to_owned()),
            None => return Err(cursor.refuse("a value")),
        },
    };
    table.options.set(gates.name(), option.key, value);
    Ok(())
}
