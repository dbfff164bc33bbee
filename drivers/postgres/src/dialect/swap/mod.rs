//! Another enum type in the place of one: what the server cannot do in place.
//!
//! The old type gets another name and is dropped in the end. Types that are made of it are made anew over the new one, and
//! columns follow through text. Whatever the server has compiled for the old type goes before and comes back behind.
//!
//! | module | holds |
//! |---|---|
//! | `parts` | expressions of tables |
//! | `objects` | views, functions and the like |

mod objects;
mod parts;

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::diff::{standing_on, types_over};
use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Enum, Object, ObjectKey, Schema, Table};

use super::fault::Fault;
use super::gates::Gates;
use super::literal::{quote, quote_name};
use super::object::{self, Slot};
use super::{LONGEST_NAME, NAMES, child, column, enums, types};
use crate::options as key;

/// How the name of a type begins whose place another takes.
const PREFIX: &str = "_limbeck_old_";

/// What stands before the new types, and what stands behind.
#[derive(Default)]
struct Around {
    first: Vec<Statement>,
    last: Vec<Statement>,
}

/// Puts the enum `made` in the place of the one of its name. `schema` is what holds before.
pub(super) fn enumeration(
    gates: Gates,
    made: &Enum,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let over = over(schema, &made.name)?;
    let mut all: BTreeSet<&Name> = over.iter().map(|object| &object.key.name).collect();
    all.insert(&made.name);
    let mut columns = BTreeMap::new();
    for table in schema.tables.values() {
        let found = columns_of(table, &all)?;
        if !found.is_empty() {
            columns.insert(table.name.clone(), found);
        }
    }
    let retyped = columns.clone();
    let computed = parts::computed(schema, &columns, &all);
    for (table, names) in &computed {
        columns.entry(table.clone()).or_default().extend(names.iter().cloned());
    }
    let names = all.iter().map(|name| (*name).clone()).collect();
    let standing = standing_on(schema, &names, columns);

    let mut around = Around::default();
    let mut others = objects::Objects::of(schema, &standing.others, at);
    let mut held = objects::Objects::of(schema, &standing.held, at);
    let routines: BTreeSet<&str> = standing.others.iter().map(objects::word).collect();
    let mut words = routines.clone();
    words.extend(all.iter().map(|name| name.name.as_str()));
    let parts = parts::Parts { gates, schema, at, retyped: &retyped, computed: &computed, words: &words };
    parts.around(&mut around)?;

    let mut slots = 0..;
    let mut statements = held.drop(&mut slots)?;
    statements.extend(around.first);
    statements.extend(parts.drop_computed());
    statements.extend(others.drop(&mut slots)?);

    statements.extend(types_made(made, &over, &mut slots, at)?);
    for (table, names) in &retyped {
        let Some(table) = schema.table(table) else { continue };
        statements.extend(follow(table, names, &all, at)?);
    }
    for object in over.iter().rev() {
        let word = if object.key.kind == "domain" { "DOMAIN" } else { "TYPE" };
        let sql = format!("DROP {word} {}", quote_name(&spare(&object.key.name)));
        statements.push(Statement::schema(at, sql));
    }
    statements.push(Statement::schema(at, format!("DROP TYPE {}", quote_name(&spare(&made.name)))));

    statements.extend(others.create()?);
    statements.extend(parts.add_computed()?);
    statements.extend(around.last);
    statements.extend(held.create()?);
    Ok(statements)
}

/// The types that are made of the one called `name`, in an order in which they can be made.
fn over<'s>(schema: &'s Schema, name: &Name) -> Result<Vec<&'s Object>, Fault> {
    let keys = types_over(schema, name);
    if let Some(range) = keys.iter().find(|key| key.kind == "range_type") {
        return Err(Fault::unsupported(
            format!("{range} is made of enum {name}, whose place another type must take"),
            "drop the range type before, and make it again behind",
        ));
    }
    Ok(keys.iter().filter_map(|key| schema.objects.get(key)).collect())
}

/// The name that the type called `name` has until it is dropped.
fn spare(name: &Name) -> Name {
    let mut spare = format!("{PREFIX}{}", name.name);
    while spare.len() > LONGEST_NAME {
        spare.pop();
    }
    name.sibling(spare)
}

/// Renames the old types, and makes the new ones.
fn types_made(
    made: &Enum,
    over: &[&Object],
    slots: &mut impl Iterator<Item = usize>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut statements = Vec::new();
    let enumeration = ObjectKey { kind: "type".to_owned(), name: made.name.clone(), table: None };
    let mut keep = |key: &ObjectKey, statements: &mut Vec<Statement>| {
        let slot = Slot(at, slots.next().unwrap_or_default());
        statements.extend(object::keep(key, slot));
        let word = if key.kind == "domain" { "DOMAIN" } else { "TYPE" };
        let to = quote(&spare(&key.name).name);
        let sql = format!("ALTER {word} {} RENAME TO {to}", quote_name(&key.name));
        statements.push(Statement::schema(at, sql));
        slot
    };
    let slot = keep(&enumeration, &mut statements);
    statements.extend(enums::creation(made, at));
    statements.extend(object::give_back(&enumeration, slot, at));
    for item in over {
        let slot = keep(&item.key, &mut statements);
        statements.extend(object::create(item, at)?);
        statements.extend(object::give_back(&item.key, slot, at));
    }
    Ok(statements)
}

/// The columns that are of one of the types, or lists of them.
fn columns_of(table: &Table, types: &BTreeSet<&Name>) -> Result<BTreeSet<Ident>, Fault> {
    let mut found = BTreeSet::new();
    for item in &table.columns {
        if types.iter().any(|name| is_of(item, name)) {
            found.insert(item.name.clone());
        }
    }
    Ok(found)
}

fn is_of(item: &Column, name: &Name) -> bool {
    let Some(ty) = item.ty.resolve(NAMES) else { return false };
    ty.enum_name() == Some(name) || object::names(&types::render(&ty), name)
}

/// Has the columns of a table follow; not those that come with another table's.
fn follow(
    table: &Table,
    names: &BTreeSet<Ident>,
    all: &BTreeSet<&Name>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    if table.partition_of.is_some() {
        return Ok(Vec::new());
    }
    let owner = quote_name(&table.name);
    let of_type = table.options.text(NAMES, key::OF_TYPE);
    let leaves = of_type.filter(|ty| all.iter().any(|name| object::names(ty, name)));
    if of_type.is_some() && leaves.is_none() {
        return Ok(Vec::new());
    }
    let mut actions = Vec::new();
    for item in table.columns.iter().filter(|item| names.contains(&item.name)) {
        if child::is_inherited(item) {
            continue;
        }
        let ty = types::render(&column::resolved_type(&table.name, item)?);
        let array = if ty.ends_with("[]") { "[]" } else { "" };
        let column = quote(&item.name);
        actions.push(format!("ALTER COLUMN {column} TYPE {ty} USING {column}::text{array}::{ty}"));
    }
    let alter = |action: &str| Statement::schema(at, format!("ALTER TABLE {owner} {action}"));
    let mut statements = Vec::new();
    statements.extend(leaves.map(|_| alter("NOT OF")));
    if !actions.is_empty() {
        statements.push(alter(&actions.join(", ")));
    }
    statements.extend(leaves.map(|ty| alter(&format!("OF {ty}"))));
    Ok(statements)
}
