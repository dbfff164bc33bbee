//! The catalog, as rows.

use limbeck_core::driver::{Connection, DriverError, Row, Value};

/// What of a catalog's rows is the database's own.
const OURS: &str = "database_name = current_database() AND NOT internal";

/// All that is read. Each kind is a list of rows, whose columns stand in the query's order.
pub(super) struct Catalog {
    pub(super) schemas: Vec<Row>,
    pub(super) tables: Vec<Row>,
    pub(super) columns: Vec<Row>,
    pub(super) constraints: Vec<Row>,
    pub(super) indexes: Vec<Row>,
    pub(super) views: Vec<Row>,
    pub(super) sequences: Vec<Row>,
    pub(super) others: Vec<Row>,
}

impl Catalog {
    /// Reads it. What belongs to no table is left out unless `whole`: going through all functions costs DuckDB more than
    /// the rest together.
    pub(super) async fn read(connection: &mut dyn Connection, whole: bool) -> Result<Self, DriverError> {
        let others = if whole {
            format!(
                "SELECT schema_name, 'type', type_name FROM duckdb_types() WHERE {OURS} \
                 UNION ALL SELECT DISTINCT schema_name, function_type, function_name FROM duckdb_functions() WHERE {OURS} \
                 ORDER BY ALL"
            )
        } else {
            "SELECT 0 WHERE FALSE".to_owned()
        };
        let mut rows = Vec::new();
        for sql in [
            format!("SELECT schema_name FROM duckdb_schemas() WHERE {OURS}"),
            format!(
                "SELECT schema_name, table_name, comment, sql FROM duckdb_tables() WHERE {OURS} AND NOT temporary"
            ),
            format!(
                "SELECT schema_name, table_name, column_name, data_type, column_default, is_nullable, comment \
                 FROM duckdb_columns() WHERE {OURS} ORDER BY table_oid, column_index"
            ),
            format!(
                "SELECT schema_name, table_name, constraint_type, array_to_string(constraint_column_names, chr(0)), \
                 expression, referenced_table, array_to_string(referenced_column_names, chr(0)) FROM duckdb_constraints() WHERE {} ORDER BY table_oid, constraint_index",
                "database_name = current_database()"
            ),
            "SELECT schema_name, table_name, index_name, is_unique, comment, sql FROM duckdb_indexes() \
             WHERE database_name = current_database() AND sql IS NOT NULL ORDER BY index_oid"
                .to_owned(),
            format!("SELECT schema_name, view_name, sql, comment FROM duckdb_views() WHERE {OURS} AND NOT temporary"),
            "SELECT schema_name, sequence_name, comment, start_value, min_value, max_value, increment_by, cycle \
             FROM duckdb_sequences() WHERE database_name = current_database() AND NOT temporary"
                .to_owned(),
            others,
        ] {
            rows.push(connection.query(&sql, &[]).await?);
        }
        let mut rows = rows.into_iter();
        let mut next = || rows.next().unwrap_or_default();
        Ok(Self {
            schemas: next(),
            tables: next(),
            columns: next(),
            constraints: next(),
            indexes: next(),
            views: next(),
            sequences: next(),
            others: next(),
        })
    }
}

/// The text at `column`; empty, if there is none.
pub(super) fn text(row: &Row, column: usize) -> &str {
    row.text(column).unwrap_or_default()
}

/// The text at `column`, if there is one that says something.
pub(super) fn some_text(row: &Row, column: usize) -> Option<String> {
    row.text(column).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Whether `column` is true.
pub(super) fn flag(row: &Row, column: usize) -> bool {
    matches!(row.0.get(column), Some(Value::Bool(true)))
}

/// The names at `column`, put together with what no name holds.
pub(super) fn names(row: &Row, column: usize) -> Vec<&str> {
    let text = row.text(column).filter(|text| !text.is_empty());
    text.map(|text| text.split('\0').collect()).unwrap_or_default()
}
