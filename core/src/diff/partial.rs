//! A new schema that speaks of tables only: what else there is stays.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::ident::Name;
use crate::operation::belongs_to;
use crate::schema::{NAMESPACE, OWNER, Object, ObjectKey, Schema, Sequence};

use super::objects;

/// `to`, which speaks of tables and the enums of their columns, with all else as `from` has it: namespaces, sequences,
/// objects, and enums that no column is of. What stands on a table that goes, goes with it, and with anything that goes
/// whose it is and who may use it.
pub fn complete<'a>(from: &Schema, to: &'a Schema) -> Cow<'a, Schema> {
    let parts = |schema: &Schema| {
        schema.namespaces.len() + schema.enums.len() + schema.sequences.len() + schema.objects.len()
    };
    if parts(from) == 0 && to.sequences.is_empty() && to.objects.is_empty() {
        return Cow::Borrowed(to);
    }
    let mut whole = to.clone();
    for (name, namespace) in &from.namespaces {
        whole.namespaces.entry(name.clone()).or_insert_with(|| namespace.clone());
    }
    let of_columns: BTreeSet<&Name> = from
        .tables
        .values()
        .flat_map(|table| &table.columns)
        .filter_map(|column| column.ty.default.as_ref()?.enum_name())
        .collect();
    for (name, unused) in from.enums.iter().filter(|(name, _)| !of_columns.contains(name)) {
        whole.enums.entry(name.clone()).or_insert_with(|| unused.clone());
    }
    let stays = |sequence: &Sequence| {
        sequence
            .owned_by
            .as_ref()
            .is_none_or(|(table, column)| to.table(table).is_some_and(|table| table.column(column).is_some()))
    };
    whole.sequences = from
        .sequences
        .iter()
        .filter(|(_, sequence)| stays(sequence))
        .map(|(name, sequence)| (name.clone(), sequence.clone()))
        .collect();
    whole.objects.clone_from(&from.objects);
    let gone: Vec<&Name> = from.tables.keys().filter(|name| !to.tables.contains_key(*name)).collect();
    if !gone.is_empty() && !from.objects.is_empty() {
        for key in objects::on_tables(from, &gone) {
            whole.objects.remove(&key);
        }
        whole.objects.retain(|_, object| !gone.iter().any(|table| belongs_to(object, table)));
    }
    let known: BTreeSet<(&str, &Name)> =
        whole.objects.keys().map(|key| (key.kind.as_str(), &key.name)).collect();
    let relations: BTreeSet<&Name> =
        whole.objects.values().filter(|object| !object.is_right()).map(|object| &object.key.name).collect();
    let lacks_thing = |object: &Object| {
        let table = object.key.table.as_ref();
        table.is_some_and(|table| !whole.tables.contains_key(table) && !relations.contains(table))
            || object.depends_on.iter().any(|thing| match thing.kind.as_str() {
                "enum" => !whole.enums.contains_key(&thing.name),
                "sequence" => !whole.sequences.contains_key(&thing.name),
                "table" | NAMESPACE | OWNER => false,
                kind => !known.contains(&(kind, &thing.name)),
            })
    };
    let idle: Vec<ObjectKey> = whole
        .objects
        .values()
        .filter(|object| object.is_right() && lacks_thing(object))
        .map(|object| object.key.clone())
        .collect();
    whole.objects.retain(|key, _| !idle.contains(key));
    Cow::Owned(whole)
}
