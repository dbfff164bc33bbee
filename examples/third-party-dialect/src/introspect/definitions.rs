//! What the database itself says of a few things, for judging what a statement has done that was cut off.

use limbeck_core::driver::{Connection, Definition, DriverError, Value};
use limbeck_core::ident::{Ident, Name};

use super::catalog::{some_text, text};
use crate::dialect::MAIN;

/// What it says of whatever has one of `names`.
pub(crate) async fn definitions(
    connection: &mut dyn Connection,
    names: &[Name],
) -> Result<Vec<Definition>, DriverError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut parameters: Vec<Value> = Vec::new();
    let mut pairs = Vec::new();
    for name in names {
        let at = parameters.len();
        pairs.push(format!("(lower(${}), lower(${}))", at + 1, at + 2));
        parameters.push(name.schema.as_ref().map_or(MAIN, Ident::as_str).into());
        parameters.push(name.name.as_str().into());
    }
    let pairs = pairs.join(", ");
    // A line for each part, so that a difference is that part. Of a sequence what it is at is left out: it changes by itself.
    let sql = format!(
        "SELECT kind, schema_name, name, line FROM (\
         SELECT 'table' AS kind, schema_name, table_name AS name, 0 AS place, column_index::BIGINT AS part, \
           concat('\"', replace(column_name, '\"', '\"\"'), '\" ', data_type, ' DEFAULT ' || column_default, CASE WHEN is_nullable THEN '' ELSE ' NOT NULL' END, \
             ' -- ' || comment) AS line, database_name FROM duckdb_columns() \
           WHERE table_oid IN (SELECT table_oid FROM duckdb_tables()) \
         UNION ALL SELECT 'table', schema_name, table_name, 1, constraint_index, constraint_text, database_name \
           FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL' \
         UNION ALL SELECT 'table', schema_name, table_name, 2, index_oid, \
           sql || coalesce(' -- ' || comment, ''), database_name FROM duckdb_indexes() \
         UNION ALL SELECT 'table', schema_name, table_name, 3, 0, '-- ' || comment, database_name \
           FROM duckdb_tables() WHERE NOT internal AND comment IS NOT NULL \
         UNION ALL SELECT 'index', schema_name, index_name, 0, 0, \
           sql || coalesce(' -- ' || comment, ''), database_name FROM duckdb_indexes() \
         UNION ALL SELECT 'view', schema_name, view_name, 0, 0, \
           sql || coalesce(' -- ' || comment, ''), database_name FROM duckdb_views() WHERE NOT internal \
         UNION ALL SELECT 'sequence', schema_name, sequence_name, 0, 0, \
           concat_ws(' ', start_value, min_value, max_value, increment_by, cycle, comment), database_name FROM duckdb_sequences() \
         ) WHERE database_name = current_database() AND (lower(schema_name), lower(name)) IN ({pairs}) \
         ORDER BY kind, schema_name, name, place, part, line"
    );
    let mut found: Vec<Definition> = Vec::new();
    for row in connection.query(&sql, &parameters).await? {
        let mut made = Definition::new(text(&row, 0), text(&row, 2), Vec::new());
        made.schema = some_text(&row, 1).filter(|schema| !schema.eq_ignore_ascii_case(MAIN));
        let line = text(&row, 3).to_owned();
        match found.last_mut().filter(|last| last.is_of_same(&made)) {
            Some(last) => last.lines.push(line),
            None => {
                made.lines.push(line);
                found.push(made);
            }
        }
    }
    Ok(found)
}
