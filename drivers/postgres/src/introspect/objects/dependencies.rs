//! What objects need, as the server keeps it.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::Row;
use limbeck_core::schema::{Object, ObjectKey, ObjectRef};

use super::super::filter::Filter;
use super::super::row::{integer, text};
use super::Place;

/// What each object needs.
pub(super) struct Dependencies<'a>(BTreeMap<Place<'a>, BTreeSet<ObjectRef>>);

impl<'a> Dependencies<'a> {
    /// `rows` say of each object what it needs by its place in the catalog; of a table, an enum and a sequence by name.
    pub(super) fn read(rows: &'a [Row], objects: &BTreeMap<Place<'a>, Object>, filter: &Filter<'_>) -> Self {
        let mut found: BTreeMap<Place<'a>, BTreeSet<ObjectRef>> = BTreeMap::new();
        for row in rows {
            let needed = match row.text(4) {
                Some(kind) => {
                    Some(ObjectRef { kind: kind.to_owned(), name: filter.name(text(row, 5), text(row, 6)) })
                }
                // What is not among the objects is not looked at, or cannot be modelled.
                None => objects
                    .get(&(text(row, 2), integer(row, 3)))
                    .map(|object| ObjectRef { kind: object.key.kind.clone(), name: object.key.name.clone() }),
            };
            found.entry((text(row, 0), integer(row, 1))).or_default().extend(needed);
        }
        Self(found)
    }

    /// What the object at `place` needs, apart from the table that its key names and from itself.
    pub(super) fn of(&self, place: Place<'_>, key: &ObjectKey) -> Vec<ObjectRef> {
        let is_own = |needed: &ObjectRef| {
            key.table.as_ref() == Some(&needed.name) || (needed.kind == key.kind && needed.name == key.name)
        };
        self.0.get(&place).into_iter().flatten().filter(|needed| !is_own(needed)).cloned().collect()
    }
}
