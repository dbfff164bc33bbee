//! Whose things are, and who may use them: where the settings ask for it.
//!
//! An owner is said where it is not the role that looks, and privileges where they are not those of a new thing of its kind:
//! what nobody has said anything of has neither object. The texts are made here, with the names as the dialect quotes
//! them, so that they are the same in each tenant's schema.

use std::collections::BTreeMap;

use limbeck_core::driver::{Introspection, Row};
use limbeck_core::ident::Name;
use limbeck_core::schema::{GRANT, NAMESPACE, OWNER, Object, ObjectKey, ObjectRef, Options, Sql};

use super::catalog::Catalog;
use super::filter::{Filter, not_of_extension};
use super::objects::Place;
use super::row::{flag, integer, text};
use crate::dialect::{identifier, quote_name, right_target};

/// The owner of a table and the like has no other name.
const ROLE: &str = "role";

/// What asks for owners and for grants, as far as they are to be read.
pub(super) fn queries(filter: &Filter<'_>) -> Vec<String> {
    let things = include_str!("things.sql")
        .replace("{table}", &filter.table())
        .replace("{namespace}", &filter.namespace())
        // The schema of a tenant is where all of this stands.
        .replace("{own_namespaces}", if filter.is_of_one_schema { "false" } else { "true" })
        .replace("{not_of_extension}", &not_of_extension("pg_namespace", "n.oid"))
        .replace("{type_not_of_extension}", &not_of_extension("pg_type", "t.oid"));
    let mut queries = Vec::new();
    if filter.reads_owners() {
        queries.push(format!("{things}{}", include_str!("owners.sql")));
    }
    if filter.reads_grants() {
        queries.push(format!("{things}{}", include_str!("grants.sql")));
    }
    queries
}

/// Something that has an owner and privileges.
struct Thing {
    /// What the right is called where it is not called after the role alone, and what it needs.
    reference: Option<ObjectRef>,
    /// The table that it is, or goes with.
    table: Option<Name>,
    /// As ALTER names it, and as GRANT does.
    altered: String,
    granted: String,
}

impl Thing {
    /// `None` if it is not among what was read.
    fn read(row: &Row, keys: &BTreeMap<Place<'_>, &ObjectKey>, filter: &Filter<'_>) -> Option<Self> {
        if let Some(key) = keys.get(&(text(row, 0), integer(row, 1))) {
            let (altered, granted) = right_target(key)?;
            let is_relation = matches!(key.kind.as_str(), "view" | "materialized_view" | "foreign_table");
            let reference = ObjectRef { kind: key.kind.clone(), name: key.name.clone() };
            return Some(Self {
                table: is_relation.then(|| key.name.clone()),
                reference: (!is_relation).then_some(reference),
                altered,
                granted,
            });
        }
        let name = match row.text(3) {
            Some(schema) => filter.name(schema, text(row, 4)),
            None => Name::new(text(row, 4)),
        };
        let quoted = quote_name(&name);
        let reference = |kind: &str| Some(ObjectRef { kind: kind.to_owned(), name: name.clone() });
        let owner = row.text(6).map(|table| filter.name(text(row, 5), table));
        let (reference, table, word) = match row.text(2)? {
            "table" => (None, Some(name.clone()), "TABLE"),
            "sequence" => (reference("sequence"), owner, "SEQUENCE"),
            "enum" => (reference("enum"), None, "TYPE"),
            _ => (reference(NAMESPACE), None, "SCHEMA"),
        };
        let said = format!("{word} {quoted}");
        Some(Self { reference, table, altered: said.clone(), granted: said })
    }

    /// The name of a right that `role` has.
    fn name(&self, role: &str) -> Name {
        match &self.reference {
            None => Name::new(role),
            Some(thing) => Name::new(format!("{role} on {} {}", thing.kind.replace('_', " "), thing.name)),
        }
    }

    /// What says whose it is. Of a sequence that belongs to a column, the table's owner does.
    fn owner(&self) -> ObjectKey {
        let name = if self.table.is_some() { Name::new(ROLE) } else { self.name(ROLE) };
        ObjectKey { kind: OWNER.to_owned(), name, table: self.table.clone() }
    }

    fn right(&self, key: ObjectKey, definition: String) -> Object {
        Object {
            key,
            definition: Sql::from(definition),
            depends_on: self.reference.iter().cloned().collect(),
            comment: None,
            options: Options::default(),
        }
    }
}

/// Adds the owners and grants to what was seen. `keys` are those of the objects that were, by their places.
pub(super) fn read(
    catalog: &Catalog,
    keys: &BTreeMap<Place<'_>, &ObjectKey>,
    filter: &Filter<'_>,
    seen: &mut Introspection,
) {
    for row in &catalog.owners {
        let Some(thing) = Thing::read(row, keys, filter) else { continue };
        let definition = format!("ALTER {} OWNER TO {}", thing.altered, identifier(text(row, 7)));
        let object = thing.right(thing.owner(), definition);
        seen.schema.objects.insert(object.key.clone(), object);
    }
    // The rows of one role and thing stand one after the other.
    let mut rows = catalog.grants.iter().peekable();
    while let Some(first) = rows.next() {
        let who = |row: &Row| (text(row, 0).to_owned(), integer(row, 1), row.text(7).map(str::to_owned));
        let same = who(first);
        let mut all = vec![first];
        while let Some(row) = rows.next_if(|row| who(row) == same) {
            all.push(row);
        }
        let Some(thing) = Thing::read(first, keys, filter) else { continue };
        let (role, name) = match first.text(7) {
            None => ("PUBLIC".to_owned(), "PUBLIC"),
            // The one who looks need not have the same name elsewhere.
            Some(_) if flag(first, 8) => ("CURRENT_USER".to_owned(), "CURRENT_USER"),
            Some(role) => (identifier(role), role),
        };
        let key = ObjectKey { kind: GRANT.to_owned(), name: thing.name(name), table: thing.table.clone() };
        let mut object = thing.right(key, statements(&all, &thing.granted, &role).join(";\n"));
        // What the owner had before it was the owner counts no more.
        let owner = thing.owner();
        if seen.schema.objects.contains_key(&owner) {
            object.depends_on.push(ObjectRef { kind: owner.kind, name: owner.name });
        }
        seen.schema.objects.insert(object.key.clone(), object);
    }
}

/// What says what one role may do with one thing.
fn statements(rows: &[&Row], target: &str, role: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut columns: BTreeMap<(bool, &str), Vec<String>> = BTreeMap::new();
    for row in rows {
        let (gone, grantable, privileges) = (flag(row, 9), flag(row, 10), text(row, 12));
        match row.text(11) {
            Some(column) => {
                columns.entry((grantable, privileges)).or_default().push(identifier(column));
            }
            None if gone => said.push(format!("REVOKE {privileges} ON {target} FROM {role}")),
            None => said.push(format!("GRANT {privileges} ON {target} TO {role}{}", option(grantable))),
        }
    }
    said.extend(columns.into_iter().map(|((grantable, privilege), columns)| {
        format!("GRANT {privilege} ({}) ON {target} TO {role}{}", columns.join(", "), option(grantable))
    }));
    said
}

fn option(grantable: bool) -> &'static str {
    if grantable { " WITH GRANT OPTION" } else { "" }
}
