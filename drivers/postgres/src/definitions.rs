//! What the server says of the things that a statement names, for the journal. Only what cannot stand in a transaction is
//! judged by it: indexes made concurrently above all.

use limbeck_core::driver::{Connection as _, Definition, DriverError, Row, Value};
use limbeck_core::ident::Name;

use crate::connection::PostgresConnection;
use crate::dialect::text;

/// Where is looked: not in the namespaces of the server itself.
const EVERYWHERE: &str = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

/// Tables with their columns and constraints, their indexes, views, sequences, and enums that have one of `names`.
pub(crate) async fn of(
    connection: &PostgresConnection,
    names: &[Name],
) -> Result<Vec<Definition>, DriverError> {
    let mut wanted: Vec<String> = Vec::new();
    for name in names {
        // What is not in quotes is folded.
        wanted.push(name.name.as_str().to_owned());
        wanted.push(name.name.as_str().to_lowercase());
    }
    wanted.sort();
    wanted.dedup();
    let values: Vec<Value> = wanted.iter().map(|name| name.as_str().into()).collect();
    let places: Vec<String> = (1..=values.len()).map(|at| format!("${at}")).collect();
    let places = places.join(", ");
    // Beside a tenant's schema stand many others with tables of the same names: of these only what a statement names.
    let within = match &connection.server().schema {
        None => EVERYWHERE.to_owned(),
        Some(_) => {
            let named = names.iter().flat_map(|name| name.schema.iter().chain([&name.name]));
            let named: Vec<String> = named.map(|name| text(name.as_str())).collect();
            let named = if named.is_empty() { "NULL".to_owned() } else { named.join(", ") };
            format!(
                "{EVERYWHERE} AND (n.nspname = ANY (pg_catalog.current_schemas(false)) OR n.nspname IN ({named}))"
            )
        }
    };
    let place = "CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname::text END";
    let from = "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace";
    let relations = connection
        .typed(
            &format!(
                "SELECT {place}, c.relname::text, c.relkind::text, i.indisvalid AND i.indisready, \
                 pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.format('%I.%I', n.nspname, c.relname), \
                 pg_catalog.pg_get_expr(c.relpartbound, c.oid) \
                 FROM {from} LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid \
                 LEFT JOIN pg_catalog.pg_class t ON t.oid = i.indrelid \
                 WHERE {within} AND (c.relname IN ({places}) OR t.relname IN ({places})) \
                 ORDER BY 1 NULLS FIRST, 2"
            ),
            &values,
        )
        .await?;
    // A statement that says no name does not explain one: a constraint whose name looks made up is told by its columns,
    // whatever its table is called meanwhile. A NOT NULL stands with its column.
    let made_up = "o.conname ~ '_(pkey|key|fkey|check|excl)[0-9]*$'";
    let parts = connection
        .typed(
            &format!(
                "SELECT * FROM (SELECT {place} AS s, c.relname::text AS r, 0 AS k, a.attnum AS o, \
                 pg_catalog.format('\"%s\" %s%s%s', replace(a.attname, '\"', '\"\"'), \
                 pg_catalog.format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, \
                 coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')) AS line \
                 FROM {from} JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                 LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
                 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND {within} AND c.relname IN ({places}) \
                 UNION ALL SELECT {place}, c.relname::text, 1, 0, pg_catalog.format('%s %s', CASE WHEN {made_up} THEN \
                 (SELECT pg_catalog.string_agg(pg_catalog.format('\"%s\"', replace(k.attname, '\"', '\"\"')), ' ' ORDER BY k.attnum) \
                 FROM pg_catalog.pg_attribute k WHERE k.attrelid = o.conrelid AND k.attnum = ANY (o.conkey)) \
                 ELSE pg_catalog.format('CONSTRAINT \"%s\"', replace(o.conname, '\"', '\"\"')) END, \
                 pg_catalog.pg_get_constraintdef(o.oid)) \
                 FROM {from} JOIN pg_catalog.pg_constraint o ON o.conrelid = c.oid AND o.contype <> 'n' \
                 WHERE {within} AND c.relname IN ({places})) AS x ORDER BY s NULLS FIRST, r, k, o, line"
            ),
            &values,
        )
        .await?;
    let enums = connection
        .typed(
            &format!(
                "SELECT CASE WHEN pg_catalog.pg_type_is_visible(t.oid) THEN NULL ELSE n.nspname::text END, \
                 t.typname::text, pg_catalog.quote_literal(e.enumlabel) FROM pg_catalog.pg_type t \
                 JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
                 JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid WHERE t.typname IN ({places}) AND {within} \
                 ORDER BY 1 NULLS FIRST, 2, e.enumsortorder"
            ),
            &values,
        )
        .await?;
    let mut found: Vec<Definition> = relations.iter().map(relation).collect();
    for row in &parts {
        let owner = |found: &&mut Definition| {
            found.kind != "index"
                && found.schema.as_deref() == row.text(0)
                && Some(found.name.as_str()) == row.text(1)
        };
        if let Some(definition) = found.iter_mut().find(owner) {
            definition.lines.push(row.text(4).unwrap_or_default().to_owned());
        }
    }
    for row in &enums {
        let (schema, name) = (row.text(0).map(str::to_owned), row.text(1).unwrap_or_default());
        let line = row.text(2).unwrap_or_default().to_owned();
        match found
            .last_mut()
            .filter(|last| last.kind == "type" && last.schema == schema && last.name == name)
        {
            Some(last) => last.lines.push(line),
            None => found.push(Definition { schema, ..Definition::new("type", name, vec![line]) }),
        }
    }
    Ok(found)
}

fn relation(row: &Row) -> Definition {
    let text = |at: usize| row.text(at).unwrap_or_default().to_owned();
    let kind = match row.text(2).unwrap_or_default() {
        "i" | "I" => "index",
        "v" => "view",
        "m" => "materialized view",
        "S" => "sequence",
        _ => "table",
    };
    let mut lines: Vec<String> =
        [row.text(4), row.text(6)].into_iter().flatten().map(str::to_owned).collect();
    let mut leftover = None;
    // An index on a partitioned table is invalid until all its partitions have theirs.
    if row.integer(3) == Some(0) && row.text(2) == Some("i") {
        lines.push("invalid".to_owned());
        leftover = Some(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", text(5)));
    }
    Definition { schema: row.text(0).map(str::to_owned), leftover, ..Definition::new(kind, text(1), lines) }
}
