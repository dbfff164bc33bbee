-- Views, materialized views with their indexes, foreign tables, statistics objects.
WITH relation AS (
    SELECT c.oid, c.relkind, n.nspname, c.relname, c.reloptions, c.reltablespace, c.relam, c.relispopulated,
        c.relispartition, pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm', 'f') AND {namespace}
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend e
            WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
        )
),
attribute AS (
    SELECT r.oid, r.relkind, r.qualified, a.attnum, a.attname, a.attnotnull, a.attfdwoptions, a.attoptions, a.attgenerated,
        a.attislocal,
        pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
        CASE WHEN a.attcollation <> t.typcollation THEN
            (SELECT pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname)
             FROM pg_catalog.pg_collation co JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
             WHERE co.oid = a.attcollation)
        END AS collation,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS preset,
        nullif(pg_catalog.to_jsonb(a) ->> 'attstattarget', '-1') AS target,
        CASE WHEN a.attstorage <> t.typstorage THEN
            CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
        END AS storage,
        CASE pg_catalog.to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
        pg_catalog.col_description(a.attrelid, a.attnum) AS comment
    FROM relation r
    JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
),
-- What is said of a relation's columns behind the statement that makes it.
extra AS (
    SELECT oid, string_agg(statement, '' ORDER BY place, attnum) AS statements
    FROM (
        SELECT oid, 1 AS place, attnum, pg_catalog.format(E';\nALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', qualified, attname, preset)
            AS statement
        FROM attribute WHERE relkind = 'v' AND preset IS NOT NULL
        UNION ALL
        SELECT oid, 2, attnum, pg_catalog.format(E';\nALTER %s %s ALTER COLUMN %I SET STATISTICS %s',
            CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'FOREIGN TABLE' END, qualified, attname, target)
        FROM attribute WHERE relkind IN ('m', 'f') AND target IS NOT NULL
        UNION ALL
        SELECT oid, 3, attnum, pg_catalog.format(E';\nALTER %s %s ALTER COLUMN %I SET STORAGE %s',
            CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'FOREIGN TABLE' END, qualified, attname, storage)
        FROM attribute WHERE relkind IN ('m', 'f') AND storage IS NOT NULL
        UNION ALL
        SELECT oid, 4, attnum, pg_catalog.format(E';\nALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET COMPRESSION %s', qualified, attname,
            compression)
        FROM attribute WHERE relkind = 'm' AND compression IS NOT NULL
        UNION ALL
        SELECT oid, 5, attnum, pg_catalog.format(E';\nALTER %s %s ALTER COLUMN %I SET (%s)',
            CASE relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'FOREIGN TABLE' END, qualified, attname, pg_catalog.array_to_string(attoptions, ', '))
        FROM attribute WHERE relkind IN ('m', 'f') AND attoptions IS NOT NULL
        UNION ALL
        SELECT oid, 6, attnum, pg_catalog.format(E';\nCOMMENT ON COLUMN %s.%I IS %L', qualified, attname, comment)
        FROM attribute WHERE comment IS NOT NULL
    ) AS said
    GROUP BY oid
),
parameter AS (
    SELECT r.oid, string_agg(pg_catalog.format('%I=%L', o.option_name, o.option_value), ', ') AS list
    FROM relation r, LATERAL pg_catalog.pg_options_to_table(r.reloptions) o
    GROUP BY r.oid
)
SELECT class::text, oid::bigint, kind::text, schema::text, name::text, table_schema::text, table_name::text, definition::text,
    comment::text, reason::text
FROM (
SELECT 'pg_class', r.oid, 'view', r.nspname, r.relname, NULL, NULL,
    pg_catalog.format(E'CREATE VIEW %s%s AS\n%s', r.qualified, ' WITH (' || p.list || ')', pg_catalog.rtrim(pg_catalog.pg_get_viewdef(r.oid), ';'))
        || coalesce(x.statements, ''),
    pg_catalog.obj_description(r.oid, 'pg_class'), NULL
FROM relation r LEFT JOIN parameter p ON p.oid = r.oid LEFT JOIN extra x ON x.oid = r.oid
WHERE r.relkind = 'v'
UNION ALL
SELECT 'pg_class', r.oid, 'materialized_view', r.nspname, r.relname, NULL, NULL,
    pg_catalog.format(E'CREATE MATERIALIZED VIEW %s%s%s%s AS\n%s%s', r.qualified,
        CASE WHEN am.amname <> 'heap' THEN pg_catalog.format(' USING %I', am.amname) END,
        ' WITH (' || p.list || ')',
        ' TABLESPACE ' || pg_catalog.quote_ident(ts.spcname),
        pg_catalog.rtrim(pg_catalog.pg_get_viewdef(r.oid), ';'),
        CASE WHEN NOT r.relispopulated THEN E'\n  WITH NO DATA' END)
        || coalesce(x.statements, ''),
    pg_catalog.obj_description(r.oid, 'pg_class'), NULL
FROM relation r
LEFT JOIN parameter p ON p.oid = r.oid
LEFT JOIN extra x ON x.oid = r.oid
LEFT JOIN pg_catalog.pg_am am ON am.oid = r.relam
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = r.reltablespace
WHERE r.relkind = 'm'
UNION ALL
SELECT 'pg_class', i.indexrelid, 'index', r.nspname, c.relname, r.nspname, r.relname,
    pg_catalog.pg_get_indexdef(i.indexrelid)
        || coalesce(' TABLESPACE ' || pg_catalog.quote_ident(ts.spcname), '')
        || coalesce((
            SELECT string_agg(pg_catalog.format(E';\nALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s', r.nspname, c.relname, a.attnum,
                a.attstattarget), '' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
        ), '')
        || CASE WHEN i.indisclustered THEN
            pg_catalog.format(E';\nALTER MATERIALIZED VIEW %s CLUSTER ON %I', r.qualified, c.relname) ELSE '' END,
    pg_catalog.obj_description(i.indexrelid, 'pg_class'),
    CASE WHEN NOT i.indisvalid THEN 'it is invalid: what is left of a CREATE INDEX CONCURRENTLY that failed' END
FROM relation r
JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = c.reltablespace
WHERE r.relkind = 'm'
UNION ALL
SELECT 'pg_class', r.oid, 'foreign_table', r.nspname, r.relname, NULL, NULL,
    pg_catalog.format(E'CREATE FOREIGN TABLE %s (%s\n)%s\nSERVER %I%s', r.qualified,
        pg_catalog.concat_ws(',',
            (SELECT string_agg(pg_catalog.format(E'\n    %I %s%s%s%s%s', a.attname, a.type,
                ' OPTIONS (' || (
                    SELECT string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', ')
                    FROM pg_catalog.pg_options_to_table(a.attfdwoptions) o
                ) || ')',
                a.collation,
                CASE WHEN a.preset IS NULL THEN '' WHEN a.attgenerated = '' THEN ' DEFAULT ' || a.preset
                    ELSE ' GENERATED ALWAYS AS (' || a.preset || ') STORED' END,
                CASE WHEN a.attnotnull THEN ' NOT NULL' END), ',' ORDER BY a.attnum)
             FROM attribute a WHERE a.oid = r.oid AND (a.attislocal OR r.relispartition)),
            (SELECT string_agg(pg_catalog.format(E'\n    CONSTRAINT %I %s', k.conname, pg_catalog.pg_get_constraintdef(k.oid)), ',' ORDER BY k.conname)
             FROM pg_catalog.pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'c' AND k.conislocal)),
        CASE WHEN NOT r.relispartition THEN ' INHERITS (' || (
            SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
            FROM pg_catalog.pg_inherits h WHERE h.inhrelid = r.oid
        ) || ')' END,
        s.srvname,
        ' OPTIONS (' || (
            SELECT string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', ')
            FROM pg_catalog.pg_options_to_table(f.ftoptions) o
        ) || ')')
        || CASE WHEN r.relispartition THEN (
            SELECT pg_catalog.format(E';\nALTER TABLE ONLY %s ATTACH PARTITION %s %s', h.inhparent::regclass, r.qualified,
                pg_catalog.pg_get_expr(c.relpartbound, c.oid))
            FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
            WHERE h.inhrelid = r.oid
        ) ELSE '' END
        || coalesce(x.statements, ''),
    pg_catalog.obj_description(r.oid, 'pg_class'), NULL
FROM relation r
JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = r.oid
JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
LEFT JOIN extra x ON x.oid = r.oid
UNION ALL
SELECT 'pg_statistic_ext', s.oid, 'statistics', n.nspname, s.stxname, NULL, NULL,
    pg_catalog.pg_get_statisticsobjdef(s.oid)
        || coalesce(pg_catalog.format(E';\nALTER STATISTICS %I.%I SET STATISTICS ', n.nspname, s.stxname)
            || nullif(pg_catalog.to_jsonb(s) ->> 'stxstattarget', '-1'), ''),
    pg_catalog.obj_description(s.oid, 'pg_statistic_ext'), NULL
FROM pg_catalog.pg_statistic_ext s
JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
WHERE {namespace}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_statistic_ext'::regclass AND e.objid = s.oid AND e.deptype = 'e'
    )
) AS seen (class, oid, kind, schema, name, table_schema, table_name, definition, comment, reason)
