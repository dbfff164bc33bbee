//! The queries, as a server of some version understands them.

use super::super::filter::Filter;

/// The queries, in the order in which [`Catalog::objects`](super::super::catalog::Catalog::objects) has their answers;
/// the last one of a whole database tells what needs what.
pub(in super::super) fn queries(filter: &Filter<'_>) -> Vec<String> {
    let on_tables = with(filter, include_str!("sql/on_tables.sql"));
    if !filter.is_whole() {
        return vec![on_tables];
    }
    let mut queries: Vec<String> = [
        include_str!("sql/types.sql"),
        include_str!("sql/routines.sql"),
        include_str!("sql/relations.sql"),
        include_str!("sql/others.sql"),
    ]
    .into_iter()
    .map(|sql| with(filter, sql))
    .collect();
    queries.push(on_tables);
    queries.push(with(filter, include_str!("sql/dependencies.sql")));
    queries
}

/// What a server says of the schemas of a publication, since there are such.
const PUBLICATION_SCHEMAS: &str = "SELECT string_agg(pg_catalog.format('TABLES IN SCHEMA %I', n.nspname), ', ' \
    ORDER BY n.nspname) AS list FROM pg_catalog.pg_publication_namespace pn \
    JOIN pg_catalog.pg_namespace n ON n.oid = pn.pnnspid WHERE pn.pnpubid = p.oid";

fn with(filter: &Filter<'_>, sql: &str) -> String {
    let mut sql = sql.replace("{namespace}", &format!("({})", filter.namespace()));
    for (mark, since, text, otherwise) in [
        ("{publication_columns}", 15, "r.prattrs", "NULL::smallint[]"),
        ("{publication_filter}", 15, "pg_catalog.pg_get_expr(r.prqual, r.prrelid)", "NULL::text"),
        ("{publication_schemas}", 15, PUBLICATION_SCHEMAS, "SELECT NULL::text AS list"),
        ("{range_of}", 14, "mr.rngtypid", "NULL::oid"),
        ("{range_join}", 14, "LEFT JOIN pg_catalog.pg_range mr ON mr.rngmultitypid = b.oid", ""),
    ] {
        sql = sql.replace(mark, filter.column(since, text, otherwise));
    }
    let of_database = if filter.is_of_one_schema { "false" } else { "true" };
    sql.replace("{of_database}", of_database).replace("{table}", &filter.table())
}
