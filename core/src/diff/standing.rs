//! What stands on a type, for a dialect that must put another one in its place.

use std::collections::{BTreeMap, BTreeSet};

use crate::ident::{Ident, Name};
use crate::schema::{ObjectKey, Schema};

use super::mentions::lower;
use super::web::{Touched, Web, is_held, is_type};

/// The objects that stand on types and on columns, each list in an order in which they can be dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Those that hold tables and columns, and what stands on these: they go first and come back last.
    pub held: Vec<ObjectKey>,
    /// The others: expressions of tables may need these.
    pub others: Vec<ObjectKey>,
}

/// The types that are made of the type called `name`, outright or through others, in an order in which they can be made.
pub fn types_over(schema: &Schema, name: &Name) -> Vec<ObjectKey> {
    let web = Web::new(schema.objects.values());
    let mut names = BTreeSet::from([name.clone()]);
    let mut found = Vec::new();
    for at in web.order() {
        let object = web.objects[at];
        // Its own text names it, too.
        if object.key.name != *name
            && matches!(object.key.kind.as_str(), "domain" | "composite_type" | "range_type")
            && is_over(&web, at, &names)
        {
            names.insert(object.key.name.clone());
            found.push(object.key.clone());
        }
    }
    found
}

/// What stands on one of the `types` or of the columns. Types themselves are left out: columns may be of them.
pub fn standing_on(
    schema: &Schema,
    types: &BTreeSet<Name>,
    columns: BTreeMap<Name, BTreeSet<Ident>>,
) -> Standing {
    let web = Web::new(schema.objects.values());
    let mut found = web.on(&Touched { columns, ..Touched::default() });
    let is_type_at = |at: usize| is_type(&web.objects[at].key.kind);
    found.extend((0..web.objects.len()).filter(|at| !is_type_at(*at) && is_over(&web, *at, types)));
    web.add_dependents(&mut found);
    found.retain(|at| !is_type_at(*at));
    let mut held: BTreeSet<usize> = found.iter().copied().filter(|at| is_held(web.objects[*at])).collect();
    web.add_dependents(&mut held);
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for at in web.ordered(&found).into_iter().rev() {
        let list = if held.contains(&at) { &mut first } else { &mut rest };
        list.push(web.objects[at].key.clone());
    }
    Standing { held: first, others: rest }
}

/// Whether an object needs one of the types: as it is known, or, where nobody has said what it needs, by its text.
fn is_over(web: &Web<'_>, at: usize, types: &BTreeSet<Name>) -> bool {
    let object = web.objects[at];
    if object.depends_on.is_empty() {
        return types.iter().any(|name| web.mentions[at].word(&lower(&name.name)));
    }
    let mut types_needed =
        object.depends_on.iter().filter(|needed| needed.kind == "enum" || is_type(&needed.kind));
    types_needed.any(|needed| types.contains(&needed.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Object, ObjectRef, Options};

    fn object(kind: &str, name: &str, sql: &str, needs: &[(&str, &str)]) -> Object {
        let needed =
            |(kind, name): &(&str, &str)| ObjectRef { kind: (*kind).to_owned(), name: Name::new(*name) };
        Object {
            key: ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: None },
            definition: sql.into(),
            depends_on: needs.iter().map(needed).collect(),
            comment: None,
            options: Options::default(),
        }
    }

    fn words(keys: &[ObjectKey]) -> Vec<String> {
        keys.iter().map(|key| key.name.to_string()).collect()
    }

    #[test]
    fn what_stands_on_a_type_is_found() {
        let mut schema = Schema::new();
        for object in [
            object("composite_type", "a_pair", "CREATE TYPE a_pair AS (x many)", &[("domain", "many")]),
            object("domain", "many", "CREATE DOMAIN many AS mood[]", &[("enum", "mood")]),
            object("domain", "other", "CREATE DOMAIN other AS text", &[]),
            object("domain", "by_hand", "CREATE DOMAIN by_hand AS mood", &[]),
            object("function", "f(mood)", "CREATE FUNCTION f(mood) RETURNS int …", &[("enum", "mood")]),
            object("function", "g()", "CREATE FUNCTION g() RETURNS int …", &[("table", "t")]),
            object("view", "v", "CREATE VIEW v AS SELECT m FROM t", &[("table", "t")]),
            object("view", "w", "CREATE VIEW w AS SELECT n FROM t", &[("table", "t")]),
            object("view", "vv", "CREATE VIEW vv AS SELECT * FROM v", &[("view", "v")]),
        ] {
            schema.objects.insert(object.key.clone(), object);
        }
        let mood = Name::new("mood");
        assert_eq!(words(&types_over(&schema, &mood)), ["many", "a_pair", "by_hand"]);
        let columns = BTreeMap::from([(Name::new("t"), BTreeSet::from([Ident::new("m")]))]);
        let standing = standing_on(&schema, &BTreeSet::from([mood]), columns);
        assert_eq!(words(&standing.held), ["vv", "v"]);
        assert_eq!(words(&standing.others), ["f(mood)"]);
    }
}
