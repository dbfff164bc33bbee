//! The queries and their answers.

use futures_util::future::try_join;
use limbeck_core::driver::{DriverError, Row};

use super::filter::Filter;
use super::snapshot::Helper;
use super::{columns, constraints, enums, indexes, namespaces, objects, rights, sequences, tables};
use crate::connection::PostgresConnection;

/// What the server answers, query by query.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    pub(super) namespaces: Vec<Row>,
    pub(super) tables: Vec<Row>,
    pub(super) columns: Vec<Row>,
    pub(super) constraints: Vec<Row>,
    pub(super) indexes: Vec<Row>,
    pub(super) index_parts: Vec<Row>,
    pub(super) operator_classes: Vec<Row>,
    pub(super) collations: Vec<Row>,
    pub(super) enums: Vec<Row>,
    pub(super) sequences: Vec<Row>,
    /// Whose things are.
    pub(super) owners: Vec<Row>,
    /// Who may use them.
    pub(super) grants: Vec<Row>,
    /// Those of `objects`, in the order of its queries.
    pub(super) objects: Vec<Vec<Row>>,
}

impl Catalog {
    /// Asks everything at once: of one session, or of two that see the same.
    pub(super) async fn read(
        connection: &PostgresConnection,
        helper: Option<&Helper>,
        filter: &Filter<'_>,
    ) -> Result<Self, DriverError> {
        let (first, second) = (queries(filter), queries_beside(filter));
        let first: Vec<&str> = first.iter().map(String::as_str).collect();
        let beside = async {
            let second: Vec<&str> = second.iter().map(String::as_str).collect();
            let session = match helper {
                Some(helper) => helper.session(connection).await,
                None => None,
            };
            session.as_ref().unwrap_or(connection).queries(&second).await
        };
        let (answers, beside) = try_join(connection.queries(&first), beside).await?;
        let (mut answers, mut beside) = (answers.into_iter(), beside.into_iter());
        let mut next = || answers.next().unwrap_or_default();
        let mut next_beside = || beside.next().unwrap_or_default();
        Ok(Self {
            namespaces: next(),
            tables: next(),
            columns: next(),
            operator_classes: next(),
            collations: next(),
            enums: next(),
            sequences: next(),
            constraints: next_beside(),
            indexes: next_beside(),
            index_parts: next_beside(),
            owners: if filter.reads_owners() { next() } else { Vec::new() },
            grants: if filter.reads_grants() { next() } else { Vec::new() },
            objects: answers.collect(),
        })
    }
}

/// As many however large the database is: none is asked for each table.
fn queries(filter: &Filter<'_>) -> Vec<String> {
    let mut queries = vec![
        namespaces::query(filter),
        tables::query(filter),
        columns::query(filter),
        indexes::OPERATOR_CLASSES.to_owned(),
        indexes::COLLATIONS.to_owned(),
        enums::query(filter),
        sequences::query(filter),
    ];
    queries.extend(rights::queries(filter));
    queries.extend(objects::queries(filter));
    queries
}

/// Those of a second session, if there is one: half of the work where there are many tables.
fn queries_beside(filter: &Filter<'_>) -> [String; 3] {
    [constraints::query(filter), indexes::query(filter), indexes::parts_query(filter)]
}

#[cfg(test)]
mod tests {
    use limbeck_core::driver::{Scope, ServerInfo, Version};
    use limbeck_core::schema::Rights;

    use super::*;

    #[test]
    fn a_catalog_is_few_queries() {
        for major in 13..=18 {
            let rights = Rights { owners: true, grants: true };
            let scope = Scope { rights, ..Scope::default() };
            let version = Version { major, minor: 0, patch: 0 };
            let server = ServerInfo::new("postgres", "PostgreSQL", version);
            let filter = Filter::new(&scope, &server);
            assert!(queries(&filter).len() + queries_beside(&filter).len() <= 25, "PostgreSQL {major}");
        }
    }
}
