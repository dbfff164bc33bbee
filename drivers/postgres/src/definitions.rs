//! What the server says of things by their names, for judging a statement that was cut off outside a transaction.

use limbeck_core::driver::{Definition, DriverError, Row};
use limbeck_core::ident::Name;

use crate::connection::PostgresConnection;
use crate::dialect::{identifier, text};

/// The parts of a table, of a view and of an index; the settings of a sequence; routines; types. Each row is a line: its
/// kind, where it is and what it is called, the line, and whether it is half made.
///
/// An index that is not valid is no part of its table: it may be what a statement has left behind.
const LINES: &str = "SELECT kind, nspname::text, relname::text, line, half, nspname = pg_catalog.current_schema() FROM ( \
    SELECT f.kind, f.nspname, f.relname, 0 AS part, 0 AS place, pg_catalog.concat_ws(' ', f.relpersistence, \
        pg_catalog.array_to_string(f.reloptions, ','), f.relreplident, f.relrowsecurity, f.relforcerowsecurity, f.reltablespace, \
        pg_catalog.pg_get_expr(f.relpartbound, f.oid), \
        pg_catalog.obj_description(f.oid, 'pg_class')) AS line, false AS half \
      FROM found f WHERE f.kind = 'table' \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 1, a.attnum, pg_catalog.concat_ws(' ', a.attname, \
        pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, a.attcollation, a.attstorage, \
        a.attstattarget, pg_catalog.array_to_string(a.attoptions, ','), pg_catalog.pg_get_expr(e.adbin, e.adrelid), \
        pg_catalog.col_description(f.oid, a.attnum)), false \
      FROM found f JOIN pg_catalog.pg_attribute a ON a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped \
      LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = f.oid AND e.adnum = a.attnum WHERE f.kind IN ('table', 'view') \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 2, 0, pg_catalog.concat_ws(' ', 'constraint', k.conname, \
        pg_catalog.pg_get_constraintdef(k.oid), k.convalidated), false \
      FROM found f JOIN pg_catalog.pg_constraint k ON k.conrelid = f.oid \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 3, 0, pg_catalog.pg_get_indexdef(i.indexrelid), false \
      FROM found f JOIN pg_catalog.pg_index i ON i.indrelid = f.oid AND i.indisvalid \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 4, 0, pg_catalog.pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text, false \
      FROM found f JOIN pg_catalog.pg_trigger g ON g.tgrelid = f.oid AND NOT g.tgisinternal \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 5, 0, pg_catalog.concat_ws(' ', 'policy', p.polname, p.polcmd, \
        pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)), false \
      FROM found f JOIN pg_catalog.pg_policy p ON p.polrelid = f.oid \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 6, 0, pg_catalog.concat_ws(' ', 'parent', h.inhparent::regclass::text, h.inhseqno), false \
      FROM found f JOIN pg_catalog.pg_inherits h ON h.inhrelid = f.oid WHERE f.kind = 'table' \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 7, 0, pg_catalog.pg_get_viewdef(f.oid), false FROM found f WHERE f.kind = 'view' \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 8, 0, pg_catalog.pg_get_indexdef(f.oid), NOT i.indisvalid AND f.relkind = 'i' \
      FROM found f JOIN pg_catalog.pg_index i ON i.indexrelid = f.oid \
    UNION ALL \
    SELECT f.kind, f.nspname, f.relname, 9, 0, pg_catalog.concat_ws(' ', q.seqtypid::regtype::text, q.seqstart, q.seqincrement, \
        q.seqmin, q.seqmax, q.seqcache, q.seqcycle), false \
      FROM found f JOIN pg_catalog.pg_sequence q ON q.seqrelid = f.oid \
    UNION ALL \
    SELECT CASE r.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, n.nspname, r.proname, 10, 0, \
        pg_catalog.pg_get_functiondef(r.oid), false \
      FROM pg_catalog.pg_proc r JOIN pg_catalog.pg_namespace n ON n.oid = r.pronamespace \
      JOIN wanted w ON w.name = r.proname AND (w.schema = n.nspname OR w.schema IS NULL AND n.nspname = ANY (pg_catalog.current_schemas(false))) \
      WHERE r.prokind IN ('f', 'p', 'w') \
    UNION ALL \
    SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname, t.typname, 11, 0, pg_catalog.concat_ws(' ', \
        t.typtype, pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault, \
        (SELECT pg_catalog.string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), \
        (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), ',' ORDER BY k.conname) \
            FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid)), false \
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
      JOIN wanted w ON w.name = t.typname AND (w.schema = n.nspname OR w.schema IS NULL AND n.nspname = ANY (pg_catalog.current_schemas(false))) \
      WHERE t.typtype IN ('e', 'd', 'r') \
    ) AS said ORDER BY kind, nspname, relname, part, place, line";

/// What has one of the names that are wanted.
const FOUND: &str = "found AS (SELECT DISTINCT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.reloptions, \
    c.relreplident, c.relrowsecurity, c.relforcerowsecurity, c.reltablespace, c.relpartbound, CASE WHEN c.relkind IN ('i', 'I') THEN 'index' \
    WHEN c.relkind IN ('v', 'm') THEN 'view' WHEN c.relkind = 'S' THEN 'sequence' ELSE 'table' END AS kind \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    JOIN wanted w ON w.name = c.relname AND (w.schema = n.nspname OR w.schema IS NULL AND n.nspname = ANY (pg_catalog.current_schemas(false))) \
    WHERE c.relkind IN ('r', 'p', 'f', 'i', 'I', 'v', 'm', 'S'))";

/// What the server says of whatever has one of `names`.
pub(crate) async fn of(
    connection: &PostgresConnection,
    names: &[Name],
) -> Result<Vec<Definition>, DriverError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<String> = names
        .iter()
        .map(|name| {
            let schema =
                name.schema.as_ref().map_or_else(|| "NULL".to_owned(), |schema| text(schema.as_str()));
            format!("({schema}::text, {}::text)", text(name.name.as_str()))
        })
        .collect();
    let sql = format!("WITH wanted (schema, name) AS (VALUES {}), {FOUND} {LINES}", wanted.join(", "));
    let mut answers = connection.queries(&[&sql]).await?;
    Ok(gathered(&answers.pop().unwrap_or_default()))
}

fn gathered(rows: &[Row]) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    for row in rows {
        let (kind, schema, name) = (
            row.text(0).unwrap_or_default(),
            row.text(1).unwrap_or_default(),
            row.text(2).unwrap_or_default(),
        );
        let default = row.integer(5) == Some(1);
        let mut next = Definition::new(kind, name, Vec::new());
        next.schema = (!default).then(|| schema.to_owned());
        if found.last().is_none_or(|last| !last.is_of_same(&next)) {
            found.push(next);
        }
        let Some(last) = found.last_mut() else { continue };
        last.lines.push(row.text(3).unwrap_or_default().to_owned());
        if row.integer(4) == Some(1) {
            last.leftover = Some(format!("DROP INDEX {}.{}", identifier(schema), identifier(name)));
        }
    }
    found
}
