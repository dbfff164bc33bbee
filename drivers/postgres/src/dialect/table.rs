//! CREATE TABLE.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Options, Schema, Table};

use super::fault::{Fault, check_qualified};
use super::gates::Gates;
use super::literal::{identifier, quote, quote_name};
use super::options::{self, TABLE, read, with};
use super::{NAMES, child, column, comment, constraint, index};
use crate::options as key;

/// The statements that make a table with all that it has.
///
/// A part is made for itself and then attached, so that its indexes and constraints keep their names; `schema` has the
/// whole, whose checks it must have.
pub(super) fn create(
    gates: Gates,
    table: &Table,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    check_qualified(&table.name, "table")?;
    let place = format!("table {}", table.name);
    let given = read(&table.options, TABLE, &place)?;
    let name = quote_name(&table.name);
    let mut statements = vec![Statement::schema(at, head(gates, table, schema, &given)?)];
    let mut alter = |action: &str| {
        statements.push(Statement::schema(at, format!("ALTER TABLE {name} {action}")));
    };
    for item in table.constraints.iter().filter(|item| !child::fits_create_table(table, item)) {
        alter(&format!("ADD {}", constraint::define(gates, &table.name, item)?));
    }
    for item in &table.columns {
        if child::is_inherited(item) {
            child::settings(gates, item)?.iter().for_each(|action| alter(action));
        }
        for action in column::settings(&table.name, item)? {
            alter(&action);
        }
        if item.options.flag(NAMES, key::NOT_NULL_NOT_VALID) && !item.nullable {
            alter(&column_not_null(gates, table, item)?);
        }
    }
    for (flag, action) in [
        (key::ROW_SECURITY, "ENABLE ROW LEVEL SECURITY"),
        (key::FORCE_ROW_SECURITY, "FORCE ROW LEVEL SECURITY"),
    ] {
        if given.flag(NAMES, flag) {
            alter(action);
        }
    }
    for item in table.indexes.values() {
        statements.extend(index::create(gates, &table.name, item, false, at)?);
    }
    statements.extend(child::attach(table, at));
    for item in &table.constraints {
        if item.options.flag(NAMES, key::CLUSTER) {
            statements.push(index::cluster_on(&table.name, &constraint::name(&table.name, item), at));
        }
    }
    // One by an index that is made later is set with it.
    let identity = given.text(NAMES, key::REPLICA_IDENTITY).filter(|identity| has_index(table, identity));
    if let Some(identity) = identity {
        statements.push(replica_identity(&name, Some(identity), at));
    }
    statements.extend(comments(table, at));
    Ok(statements)
}

/// A NOT NULL that has not looked at the rows.
pub(super) fn column_not_null(
    gates: Gates,
    table: &Table,
    item: &limbeck_core::schema::Column,
) -> Result<String, Fault> {
    if !gates.named_not_null {
        return Err(Fault::too_old(
            format!("the NOT NULL of {} has not looked at the rows", column::place(&table.name, &item.name)),
            18,
        ));
    }
    let name = item.options.text(NAMES, key::NOT_NULL_NAME);
    let name = name.map(|name| format!("CONSTRAINT {} ", identifier(name))).unwrap_or_default();
    let inherit = if item.options.flag(NAMES, key::NOT_NULL_NO_INHERIT) { " NO INHERIT" } else { "" };
    Ok(format!("ADD {name}NOT NULL {}{inherit} NOT VALID", quote(&item.name)))
}

fn head(gates: Gates, table: &Table, schema: &Schema, given: &Options) -> Result<String, Fault> {
    let mut items = Vec::with_capacity(table.columns.len() + table.constraints.len());
    let of_type = given.text(NAMES, key::OF_TYPE);
    for item in table.columns.iter().filter(|item| !child::is_inherited(item)) {
        let not_null = !item.options.flag(NAMES, key::NOT_NULL_NOT_VALID);
        let mut defined = column::define(gates, &table.name, item, not_null)?;
        if child::takes_default(table, item, schema) {
            defined.push_str(" DEFAULT NULL");
        }
        if of_type.is_some() {
            items.extend(child::of_type(&table.name, item, &defined)?);
        } else {
            items.push(defined);
        }
    }
    items.extend(table.columns.iter().filter_map(|item| child::own_not_null(gates, item)));
    let of_whole = child::checks_of_whole(table, schema);
    for item in table.constraints.iter().chain(&of_whole).filter(|item| child::fits_create_table(table, item))
    {
        items.push(constraint::define(gates, &table.name, item)?);
    }
    let unlogged = if given.flag(NAMES, key::UNLOGGED) { "UNLOGGED " } else { "" };
    let mut sql = format!("CREATE {unlogged}TABLE {}", quote_name(&table.name));
    let list =
        if items.is_empty() { " ()".to_owned() } else { format!(" (\n    {}\n)", items.join(",\n    ")) };
    match (&table.partition_of, of_type) {
        // Nothing is said of its columns: they come from the whole.
        (Some(whole), _) if table.columns.is_empty() => {
            sql.push_str(&format!(" PARTITION OF {}", quote_name(&whole.parent)));
            if !items.is_empty() {
                sql.push_str(&list);
            }
            sql.push_str(&format!(" {}", whole.bound));
        }
        (_, Some(ty)) => {
            sql.push_str(&format!(" OF {ty}"));
            if !items.is_empty() {
                sql.push_str(&list);
            }
        }
        _ => sql.push_str(&list),
    }
    let parents = options::texts(given, key::INHERITS);
    if !parents.is_empty() {
        sql.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(by) = &table.partition_by {
        sql.push_str(&format!(" PARTITION BY {by}"));
    }
    if let Some(method) = given.text(NAMES, key::ACCESS_METHOD) {
        sql.push_str(&format!(" USING {}", identifier(method)));
    }
    sql.push_str(&with(given));
    if let Some(tablespace) = given.text(NAMES, key::TABLESPACE) {
        sql.push_str(&format!(" TABLESPACE {}", identifier(tablespace)));
    }
    Ok(sql)
}

/// Whether the index that a replica identity names, if it names one, is there.
pub(super) fn has_index(table: &Table, identity: &str) -> bool {
    identity.strip_prefix("index ").is_none_or(|name| {
        table.indexes.contains_key(name)
            || table.constraints.iter().any(|item| item.name.as_ref().is_some_and(|found| found == name))
    })
}

/// What a table's rows are known by where they are replicated.
pub(super) fn replica_identity(name: &str, identity: Option<&str>, at: usize) -> Statement {
    let identity = match identity {
        None => "DEFAULT".to_owned(),
        Some(given) => match given.strip_prefix("index ") {
            Some(index) => format!("USING INDEX {}", identifier(index)),
            None => given.to_ascii_uppercase(),
        },
    };
    Statement::schema(at, format!("ALTER TABLE {name} REPLICA IDENTITY {identity}"))
}

fn comments(table: &Table, at: usize) -> Vec<Statement> {
    let name = quote_name(&table.name);
    let mut statements = Vec::new();
    if let Some(text) = &table.comment {
        statements.push(comment::on(at, &format!("TABLE {name}"), Some(text)));
    }
    for item in &table.columns {
        if let Some(text) = &item.comment {
            statements.push(comment::on(at, &format!("COLUMN {name}.{}", quote(&item.name)), Some(text)));
        }
    }
    for item in &table.constraints {
        if let Some(text) = &item.comment {
            let on = constraint::on(&table.name, &constraint::name(&table.name, item));
            statements.push(comment::on(at, &on, Some(text)));
        }
    }
    statements
}
