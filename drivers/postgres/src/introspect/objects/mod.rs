//! What is known by its text: views, functions, triggers, policies, types and the like.
//!
//! The queries stand in `sql/`, a file for a group of kinds, each with the same columns; the server makes the texts. What
//! each object needs, one more query tells from the server's own record of it.

mod dependencies;
mod queries;

use std::collections::BTreeMap;

use limbeck_core::driver::{Introspection, Row, Unmanaged};
use limbeck_core::ident::Name;
use limbeck_core::schema::{Object, ObjectKey, Options, Sql};

use super::catalog::Catalog;
use super::filter::Filter;
use super::rights;
use super::row::{Oid, integer, owned, text};
use dependencies::Dependencies;
pub(super) use queries::queries;

/// Something in the catalog: the table of it that it stands in, and its number there.
pub(super) type Place<'a> = (&'a str, Oid);

/// Adds the objects to what was seen.
pub(super) fn read(catalog: &Catalog, filter: &Filter<'_>, seen: &mut Introspection) {
    let (needs, rows): (&[Row], &[Vec<Row>]) = match catalog.objects.split_last() {
        Some((needs, rows)) if filter.is_whole() => (needs, rows),
        _ => (&[], &catalog.objects),
    };
    let mut found: BTreeMap<Place<'_>, Object> = BTreeMap::new();
    for row in rows.iter().flatten() {
        let key = key(row, filter);
        match (row.text(9), row.text(7)) {
            (None, Some(definition)) => {
                let object = Object {
                    key,
                    definition: Sql::from(definition),
                    depends_on: Vec::new(),
                    comment: owned(row, 8),
                    options: Options::default(),
                };
                found.insert((text(row, 0), integer(row, 1)), object);
            }
            (reason, _) => seen.unmanaged.push(Unmanaged {
                kind: key.kind,
                name: key.name,
                reason: reason.unwrap_or("the server does not show its definition to this role").to_owned(),
            }),
        }
    }
    if filter.is_whole() {
        let keys = found.iter().map(|(place, object)| (*place, &object.key)).collect();
        rights::read(catalog, &keys, filter, seen);
    }
    let needs = Dependencies::read(needs, &found, filter);
    for (place, mut object) in found {
        object.depends_on = needs.of(place, &object.key);
        seen.schema.objects.insert(object.key.clone(), object);
    }
}

fn key(row: &Row, filter: &Filter<'_>) -> ObjectKey {
    let kind = text(row, 2);
    let table = row.text(6).map(|table| match row.text(5) {
        Some(schema) => filter.name(schema, table),
        None => Name::new(table),
    });
    let own = match row.text(3) {
        // Their names count only there.
        Some(schema) if !matches!(kind, "trigger" | "trigger_state" | "rule" | "policy") => {
            filter.name(schema, text(row, 4))
        }
        _ => Name::new(text(row, 4)),
    };
    ObjectKey { kind: kind.to_owned(), name: own, table }
}
