//! What the queries leave out.

use limbeck_core::driver::{Scope, ServerInfo, Version};
use limbeck_core::ident::Name;

use crate::dialect::{home, text};

/// What is read, as conditions.
pub(super) struct Filter<'a> {
    scope: &'a Scope,
    /// The namespace of what names none.
    pub(super) home: &'a str,
    /// Whether a schema is looked at as if it were the database. What belongs to no schema (extensions, publications, event
    /// triggers) is then everybody's, and none of this one's.
    pub(super) is_of_one_schema: bool,
    /// The server's version: what its catalog has depends on it.
    pub(super) version: Version,
}

impl<'a> Filter<'a> {
    pub(super) fn new(scope: &'a Scope, server: &'a ServerInfo) -> Self {
        Self { scope, home: home(server), is_of_one_schema: server.schema.is_some(), version: server.version }
    }

    /// Whether all of the namespaces is read, and not just some tables.
    pub(super) fn is_whole(&self) -> bool {
        self.scope.tables.is_none()
    }

    /// Whether it is read whose things are.
    pub(super) fn reads_owners(&self) -> bool {
        self.is_whole() && self.scope.rights.owners
    }

    /// Whether it is read who may use them.
    pub(super) fn reads_grants(&self) -> bool {
        self.is_whole() && self.scope.rights.grants
    }

    /// Whether the server is of this version or newer.
    pub(super) fn since(&self, major: u32) -> bool {
        self.version.major >= major
    }

    /// A column of the catalog that is there since a version; `otherwise` before.
    pub(super) fn column(&self, since: u32, column: &'static str, otherwise: &'static str) -> &'static str {
        if self.since(since) { column } else { otherwise }
    }

    /// That the namespace `n` is looked at.
    pub(super) fn namespace(&self) -> String {
        if self.scope.schemas.is_empty() {
            return "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'".to_owned();
        }
        let names: Vec<String> = self.scope.schemas.iter().map(|schema| text(schema)).collect();
        format!("n.nspname IN ({})", names.join(", "))
    }

    /// That the table `c` in the namespace `n` is looked at.
    pub(super) fn table(&self) -> String {
        let pair = |name: &Name| {
            let schema = name.schema.as_ref().map_or(self.home, |schema| schema.as_str());
            format!("({}, {})", text(schema), text(name.name.as_str()))
        };
        let list = |names: &[Name]| names.iter().map(pair).collect::<Vec<_>>().join(", ");
        let mut condition = match &self.scope.tables {
            Some(tables) if tables.is_empty() => "false".to_owned(),
            // What is named counts wherever it is.
            Some(tables) => format!("(n.nspname, c.relname) IN ({})", list(tables)),
            None => self.namespace(),
        };
        if !self.scope.except.is_empty() {
            condition.push_str(&format!(" AND (n.nspname, c.relname) NOT IN ({})", list(&self.scope.except)));
        }
        format!("{condition} AND {}", not_of_extension("pg_class", "c.oid"))
    }
}

/// That something is no member of an extension. What belongs to one is looked up once, by the extension: of each thing it
/// would be asked for itself.
pub(super) fn not_of_extension(catalog: &str, oid: &str) -> String {
    format!(
        "{oid} NOT IN (SELECT x.objid FROM pg_catalog.pg_depend x \
         WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.classid = 'pg_catalog.{catalog}'::regclass \
         AND x.deptype = 'e')"
    )
}
