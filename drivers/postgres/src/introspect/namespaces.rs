//! Schemas.

use limbeck_core::driver::{Introspection, Row};
use limbeck_core::ident::Ident;
use limbeck_core::schema::{Namespace, Options};

use super::filter::{Filter, not_of_extension};
use super::row::{owned, text};
use crate::dialect::{DEFAULT_COMMENT, DEFAULT_SCHEMA};

pub(super) fn query(filter: &Filter<'_>) -> String {
    format!(
        "SELECT n.nspname::text, d.description \
         FROM pg_catalog.pg_namespace n \
         LEFT JOIN pg_catalog.pg_description d ON d.classoid = 'pg_catalog.pg_namespace'::regclass \
             AND d.objoid = n.oid AND d.objsubid = 0 \
         WHERE {} AND n.nspname <> {} AND (n.nspname <> '{DEFAULT_SCHEMA}' OR d.description IS DISTINCT FROM '{DEFAULT_COMMENT}') \
             AND {} ORDER BY n.nspname",
        filter.namespace(),
        // Of `public` a comment is to be seen; the schema of a tenant is where all of this stands.
        crate::dialect::text(if filter.home == DEFAULT_SCHEMA { "" } else { filter.home }),
        not_of_extension("pg_namespace", "n.oid"),
    )
}

pub(super) fn read(rows: &[Row], seen: &mut Introspection) {
    for row in rows {
        let name = Ident::new(text(row, 0));
        let namespace = Namespace { name: name.clone(), comment: owned(row, 1), options: Options::default() };
        seen.schema.namespaces.insert(name, namespace);
    }
}
