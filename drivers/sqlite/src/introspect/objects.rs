use std::collections::BTreeSet;

use limbeck_core::ident::Name;
use limbeck_core::schema::{Object, ObjectKey, ObjectRef, Options, Sql};

use super::catalog::Entry;
use super::names::Spelling;
use super::parse;

/// The tables that modules of SQLite's own keep behind a virtual table, by what follows its name. A library that has the
/// module knows them itself; this is for one that has not.
const SHADOWS: [(&str, &[&str]); 6] = [
    ("fts3", &["content", "segments", "segdir", "docsize", "stat"]),
    ("fts4", &["content", "segments", "segdir", "docsize", "stat"]),
    ("fts5", &["data", "idx", "content", "docsize", "config"]),
    ("rtree", &["node", "rowid", "parent"]),
    ("rtree_i32", &["node", "rowid", "parent"]),
    ("geopoly", &["node", "rowid", "parent"]),
];

/// What objects may stand on, each by all its spellings.
pub(super) struct Ground {
    pub(super) tables: Spelling,
    pub(super) virtual_tables: Spelling,
    pub(super) views: Spelling,
}

impl Ground {
    fn find(&self, name: &str) -> Option<ObjectRef> {
        [("table", &self.tables), ("virtual_table", &self.virtual_tables), ("view", &self.views)]
            .into_iter()
            .find_map(|(kind, names)| {
                let name = Name::new(names.find(name)?.clone());
                Some(ObjectRef { kind: kind.to_owned(), name })
            })
    }
}

/// The tables behind the virtual table `entry`, in lower case.
pub(super) fn shadows(entry: &Entry) -> Vec<String> {
    let module = entry.sql.as_deref().and_then(|sql| parse::virtual_module(sql).ok()).unwrap_or_default();
    let known = SHADOWS.iter().find(|(name, _)| module.eq_ignore_ascii_case(name));
    let ends = known.map_or(&[][..], |(_, ends)| ends);
    ends.iter().map(|end| format!("{}_{end}", entry.name).to_ascii_lowercase()).collect()
}

/// A view, trigger or virtual table as an object: its text as it is, and what it names.
pub(super) fn object(kind: &str, entry: &Entry, sql: &str, ground: &Ground) -> Object {
    let named = match kind {
        "view" => parse::tables_read(sql),
        "trigger" => match parse::trigger(sql) {
            Ok(parts) => std::iter::once(parts.target).chain(parts.used).collect(),
            // What it stands on is known without its text.
            Err(_) => vec![entry.table.clone()],
        },
        _ => Vec::new(),
    };
    let own = ObjectRef { kind: kind.to_owned(), name: Name::new(entry.name.as_str()) };
    let depends_on: BTreeSet<ObjectRef> =
        named.iter().filter_map(|name| ground.find(name)).filter(|found| *found != own).collect();
    Object {
        key: ObjectKey { kind: own.kind, name: own.name, table: None },
        definition: Sql::from(sql),
        depends_on: depends_on.into_iter().collect(),
        comment: None,
        options: Options::default(),
    }
}
