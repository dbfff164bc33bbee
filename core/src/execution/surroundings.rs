use std::collections::{BTreeMap, BTreeSet};

use crate::driver::Dialect;
use crate::ident::Name;
use crate::operation::Operation;
use crate::schema::Schema;

/// As much of `schema` as `operations` can touch or must know: the tables that they name, those that point at them, their
/// parts, and everything that is no table. A plan looks at that alone, so that a revision's cost does not grow with the tables
/// that it has nothing to do with.
pub(super) fn surroundings(schema: &Schema, operations: &[Operation]) -> Schema {
    around(schema, operations, &BTreeSet::new())
}

/// The same, with all that `dialect` needs to plan `operations`.
pub(super) fn surroundings_for(dialect: &dyn Dialect, schema: &Schema, operations: &[Operation]) -> Schema {
    around(schema, operations, &referring(dialect, schema, operations))
}

/// The tables that refer to those of the operations of which `dialect` must know them, directly or through others.
pub(super) fn referring<'a>(
    dialect: &dyn Dialect,
    schema: &'a Schema,
    operations: &[Operation],
) -> BTreeSet<&'a Name> {
    let mut found = BTreeSet::new();
    let needing = operations.iter().filter(|operation| dialect.needs(operation).referring);
    let mut wanted: Vec<&Name> = needing.flat_map(Operation::tables).collect();
    if wanted.is_empty() {
        return found;
    }
    let mut referring: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
    for (name, table) in &schema.tables {
        for (_, key) in table.foreign_keys() {
            referring.entry(&key.references.table).or_default().push(name);
        }
    }
    // A table that is renamed is asked for by both names, of which one is known.
    while let Some(table) = wanted.pop() {
        for name in referring.get(table).into_iter().flatten() {
            if found.insert(*name) {
                wanted.push(name);
            }
        }
    }
    found
}

fn around(schema: &Schema, operations: &[Operation], beside: &BTreeSet<&Name>) -> Schema {
    let mut named: BTreeSet<&Name> = operations.iter().flat_map(Operation::tables).collect();
    // What a part is a part of.
    let made = operations.iter().filter_map(|operation| match operation {
        Operation::CreateTable(table) => table.partition_of.as_ref(),
        _ => None,
    });
    let there = named.iter().filter_map(|name| schema.table(name)?.partition_of.as_ref());
    let mut wholes: Vec<&Name> = made.chain(there).map(|whole| &whole.parent).collect();
    while let Some(whole) = wholes.pop() {
        if named.insert(whole) {
            wholes.extend(
                schema.table(whole).and_then(|table| table.partition_of.as_ref()).map(|whole| &whole.parent),
            );
        }
    }
    // The columns of any table may be of a type that changes.
    let alters_type = operations.iter().any(|operation| match operation {
        Operation::AlterEnum(_) => true,
        Operation::ReplaceObject(object) => matches!(object.key.kind.as_str(), "domain" | "composite_type"),
        _ => false,
    });
    // Tables that only come into being have nothing that points at them, but in a schema where that does not matter.
    let known: BTreeSet<&Name> =
        named.iter().copied().filter(|name| schema.tables.contains_key(*name)).collect();
    let mut around = Schema {
        namespaces: schema.namespaces.clone(),
        enums: schema.enums.clone(),
        sequences: schema.sequences.clone(),
        objects: schema.objects.clone(),
        ..Schema::default()
    };
    let words: BTreeSet<String> = named.iter().map(|name| name.name.as_str().to_ascii_lowercase()).collect();
    for (name, table) in &schema.tables {
        let is_part = || table.partition_of.as_ref().is_some_and(|whole| known.contains(&whole.parent));
        let wanted = known.contains(name)
            || beside.contains(name)
            || alters_type
            || (!known.is_empty()
                && (table.foreign_keys().any(|(_, key)| known.contains(&key.references.table)) || is_part()))
            || words.contains(&name.name.as_str().to_ascii_lowercase());
        if wanted {
            around.tables.insert(name.clone(), table.clone());
        }
    }
    around
}
