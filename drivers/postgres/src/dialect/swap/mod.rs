//! Another type in the place of one: what the server cannot do in place.
//!
//! The old type gets another name and is dropped in the end. Types that are made of it are made anew over the new one, and
//! columns follow with their values. Whatever the server has compiled for the old type goes before and comes back behind.
//!
//! | module | holds |
//! |---|---|
//! | `parts` | expressions of tables |
//! | `objects` | views, functions and the like |
//! | `values` | what becomes of the values |

mod objects;
mod parts;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::diff::{standing_on, types_over};
use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Enum, Object, ObjectKey, Schema, Table};
use limbeck_core::sql::{TokenKind, tokens};

use super::fault::Fault;
use super::gates::Gates;
use super::literal::{quote, quote_name};
use super::object::{self, Slot};
use super::{DEFAULT_SCHEMA, LEXICAL, LONGEST_NAME, NAMES, child, column, enums, types};
use crate::options as key;

/// How the name of a type begins whose place another takes.
const PREFIX: &str = "_limbeck_old_";

/// What stands before the new types, and what stands behind.
#[derive(Default)]
struct Around {
    first: Vec<Statement>,
    last: Vec<Statement>,
}

/// The type that takes another's place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Made<'a> {
    Enum(&'a Enum),
    /// A domain or a composite type, and what it was.
    Object {
        old: &'a Object,
        new: &'a Object,
    },
}

impl<'a> Made<'a> {
    fn name(self) -> &'a Name {
        match self {
            Self::Enum(made) => &made.name,
            Self::Object { new, .. } => &new.key.name,
        }
    }

    fn key(self) -> ObjectKey {
        match self {
            Self::Enum(made) => ObjectKey { kind: "type".to_owned(), name: made.name.clone(), table: None },
            Self::Object { new, .. } => new.key.clone(),
        }
    }

    /// The domain or composite type that it takes the place of.
    fn old(self) -> Option<&'a Object> {
        match self {
            Self::Enum(_) => None,
            Self::Object { old, .. } => Some(old),
        }
    }

    fn create(self, at: usize) -> Result<Vec<Statement>, Fault> {
        match self {
            Self::Enum(made) => Ok(enums::creation(made, at)),
            Self::Object { new, .. } => object::create(new, at),
        }
    }
}

/// Whether the values of a domain stand inside of others, as those of a list or an attribute do, in columns: the server
/// does not look for them there.
pub(super) fn is_within(schema: &Schema, name: &Name) -> bool {
    let over: Vec<&Name> = types_over(schema, name)
        .iter()
        .filter_map(|key| schema.objects.get_key_value(key))
        .map(|(key, _)| &key.name)
        .collect();
    let of = |item: &Column, name: &Name| item.ty.resolve(NAMES).filter(|_| is_of(item, name));
    schema.tables.values().flat_map(|table| &table.columns).any(|item| {
        of(item, name).is_some_and(|ty| types::render(&ty).ends_with("[]"))
            || over.iter().any(|name| is_of(item, name))
    })
}

/// Whether a column is of the type called `name`, or of one that is made of it.
pub(super) fn is_used(schema: &Schema, name: &Name) -> bool {
    let of =
        |name: &Name| schema.tables.values().flat_map(|table| &table.columns).any(|item| is_of(item, name));
    of(name) || types_over(schema, name).iter().any(|key| of(&key.name))
}

/// Puts the type `made` in the place of the one of its name. `schema` is what holds before.
pub(super) fn replace(
    gates: Gates,
    made: Made<'_>,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let over = over(schema, made.name())?;
    let mut all: BTreeSet<&Name> = over.iter().map(|object| &object.key.name).collect();
    all.insert(made.name());
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
    let mut values = values::Values::new(gates, made, &over, at);
    let mut followed = Vec::new();
    for (table, names) in &retyped {
        let Some(table) = schema.table(table) else { continue };
        followed.extend(follow(table, names, &all, &mut values, at)?);
    }
    let (helpers, done) = values.helpers();
    statements.extend(helpers);
    statements.extend(followed);
    statements.extend(done);
    let dropped = |key: &ObjectKey| {
        Statement::schema(at, format!("DROP {} {}", word(key), quote_name(&spare(&key.name))))
    };
    statements.extend(over.iter().rev().map(|object| dropped(&object.key)));
    statements.push(dropped(&made.key()));

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
            format!("{range} is made of {name}, whose place another type must take"),
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

/// How ALTER and DROP call a type.
fn word(key: &ObjectKey) -> &'static str {
    if key.kind == "domain" { "DOMAIN" } else { "TYPE" }
}

/// Renames the old types, and makes the new ones.
fn types_made(
    made: Made<'_>,
    over: &[&Object],
    slots: &mut impl Iterator<Item = usize>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let mut statements = Vec::new();
    let mut put = |key: &ObjectKey, old: Option<&Object>, creation: Vec<Statement>| {
        let slot = Slot(at, slots.next().unwrap_or_default());
        statements.extend(object::keep(key, slot));
        let to = quote(&spare(&key.name).name);
        let sql = format!("ALTER {} {} RENAME TO {to}", word(key), quote_name(&key.name));
        statements.push(Statement::schema(at, sql));
        if old.is_some_and(object::refuses_null) {
            // Since PostgreSQL 17 its NOT NULL has a name, which the new one is to have.
            let sql = format!("ALTER DOMAIN {} DROP NOT NULL", quote_name(&spare(&key.name)));
            statements.push(Statement::schema(at, sql));
        }
        statements.extend(creation);
        statements.extend(object::give_back(key, slot, at));
    };
    put(&made.key(), made.old(), made.create(at)?);
    for item in over {
        put(&item.key, Some(item), object::create(item, at)?);
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
    ty.enum_name() == Some(name) || names(&types::render(&ty), name)
}

/// Has the columns of a table follow; not those that come with another table's.
fn follow(
    table: &Table,
    columns: &BTreeSet<Ident>,
    all: &BTreeSet<&Name>,
    values: &mut values::Values<'_>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    if table.partition_of.is_some() {
        return Ok(Vec::new());
    }
    let owner = quote_name(&table.name);
    let of_type = table.options.text(NAMES, key::OF_TYPE);
    let leaves = of_type.filter(|ty| all.iter().any(|name| names(ty, name)));
    if of_type.is_some() && leaves.is_none() {
        return Ok(Vec::new());
    }
    let mut actions = Vec::new();
    for item in table.columns.iter().filter(|item| columns.contains(&item.name)) {
        if child::is_inherited(item) {
            continue;
        }
        let ty = types::render(&column::resolved_type(&table.name, item)?);
        let column = quote(&item.name);
        let value = values.of(&column, &ty)?;
        actions.push(format!("ALTER COLUMN {column} TYPE {ty} USING {value}"));
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

/// Whether a type as SQL writes it is the one called `name`, or an array of it.
pub(super) fn names(ty: &str, name: &Name) -> bool {
    let parts: Vec<String> = tokens(&LEXICAL, ty)
        .filter_map(|token| match token.kind {
            TokenKind::Word => Some(token.text.to_ascii_lowercase()),
            TokenKind::QuotedIdentifier => {
                let inner = token.text.strip_prefix('"')?.strip_suffix('"')?;
                Some(inner.replace("\"\"", "\""))
            }
            _ => None,
        })
        .collect();
    let schema = name.schema.as_ref().map_or(DEFAULT_SCHEMA, Ident::as_str);
    match parts.as_slice() {
        [word] => *word == *name.name.as_str() && name.schema.is_none(),
        [qualifier, word] => qualifier == schema && *word == *name.name.as_str(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_found_by_its_name() {
        let name = Name::new("amount");
        assert!(names("public.amount", &name));
        assert!(names("amount[]", &name));
        assert!(names("\"public\".\"amount\"[]", &name));
        assert!(!names("app.amount", &name));
        assert!(names("app.\"A b\"", &Name::qualified("app", "A b")));
        assert!(!names("double precision", &Name::new("precision")));
    }
}
