-- Domains, composite and range types, collations, and types that cannot be modelled.
WITH type AS (
    SELECT t.oid, t.typtype, t.typrelid, t.typbasetype, t.typtypmod, t.typcollation, t.typnotnull, t.typdefault, t.typdefaultbin, t.typisdefined,
        n.nspname, t.typname, pg_catalog.format('%I.%I', n.nspname, t.typname) AS qualified
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE {namespace} AND t.typtype IN ('d', 'c', 'r', 'b', 'p')
        -- The row types of tables, and arrays.
        AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_type i WHERE i.typarray = t.oid)
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend e
            WHERE e.classid = 'pg_catalog.pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
        )
)
SELECT class::text, oid::bigint, kind::text, schema::text, name::text, table_schema::text, table_name::text, definition::text,
    comment::text, reason::text
FROM (
SELECT 'pg_type', t.oid, 'domain', t.nspname, t.typname, NULL, NULL,
    pg_catalog.format('CREATE DOMAIN %s AS %s%s%s%s', t.qualified, pg_catalog.format_type(t.typbasetype, t.typtypmod),
        CASE WHEN t.typcollation <> b.typcollation THEN pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) END,
        -- A default that is a plain value is kept as it would be printed.
        ' DEFAULT ' || coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.quote_literal(t.typdefault)),
        k.inside)
        || coalesce(k.behind, ''),
    pg_catalog.obj_description(t.oid, 'pg_type'), NULL
FROM type t
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
CROSS JOIN LATERAL (
    SELECT
        coalesce(
            string_agg(CASE WHEN c.contype = 'n' AND c.conname <> t.typname || '_not_null'
                THEN pg_catalog.format(E'\n    CONSTRAINT %I NOT NULL', c.conname) END, ''),
            CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END)
        || coalesce(string_agg(CASE WHEN c.contype = 'c' AND c.convalidated
            THEN pg_catalog.format(E'\n    CONSTRAINT %I %s', c.conname, pg_catalog.pg_get_constraintdef(c.oid)) END, '' ORDER BY c.conname), '')
            AS inside,
        coalesce(string_agg(CASE WHEN NOT c.convalidated
            THEN pg_catalog.format(E';\nALTER DOMAIN %s ADD CONSTRAINT %I %s', t.qualified, c.conname, pg_catalog.pg_get_constraintdef(c.oid)) END,
            '' ORDER BY c.conname), '')
        || coalesce(string_agg(pg_catalog.format(E';\nCOMMENT ON CONSTRAINT %I ON DOMAIN %s IS %L', c.conname, t.qualified, m.comment), ''
            ORDER BY c.conname) FILTER (WHERE m.comment IS NOT NULL), '')
            AS behind
    FROM pg_catalog.pg_constraint c, LATERAL (SELECT pg_catalog.obj_description(c.oid, 'pg_constraint') AS comment) m
    WHERE c.contypid = t.oid
) AS k
WHERE t.typtype = 'd'
UNION ALL
SELECT 'pg_type', t.oid, 'composite_type', t.nspname, t.typname, NULL, NULL,
    pg_catalog.format('CREATE TYPE %s AS (%s)', t.qualified, a.list) || coalesce(a.comments, ''),
    pg_catalog.obj_description(t.oid, 'pg_type'), NULL
FROM type t
CROSS JOIN LATERAL (
    SELECT string_agg(pg_catalog.format(E'\n    %I %s%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attcollation <> b.typcollation THEN pg_catalog.format(' COLLATE %I.%I', cn.nspname, co.collname) END), ',' ORDER BY a.attnum)
            || E'\n' AS list,
        string_agg(pg_catalog.format(E';\nCOMMENT ON COLUMN %s.%I IS %L', t.qualified, a.attname, m.comment), '' ORDER BY a.attnum)
            FILTER (WHERE m.comment IS NOT NULL) AS comments
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type b ON b.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
    LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
    CROSS JOIN LATERAL (SELECT pg_catalog.col_description(a.attrelid, a.attnum) AS comment) m
    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
) AS a
WHERE t.typtype = 'c'
UNION ALL
SELECT 'pg_type', t.oid, 'range_type', t.nspname, t.typname, NULL, NULL,
    pg_catalog.format(E'CREATE TYPE %s AS RANGE (\n    %s\n)', t.qualified, pg_catalog.concat_ws(E',\n    ',
        'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
        'MULTIRANGE_TYPE_NAME = ' || pg_catalog.quote_ident(mn.nspname) || '.' || pg_catalog.quote_ident(m.typname),
        CASE WHEN NOT oc.opcdefault THEN pg_catalog.format('SUBTYPE_OPCLASS = %I.%I', ocn.nspname, oc.opcname) END,
        CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> st.typcollation THEN
            pg_catalog.format('COLLATION = %I.%I', cn.nspname, co.collname) END,
        'CANONICAL = ' || nullif(r.rngcanonical::oid, 0)::regproc,
        'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::oid, 0)::regproc)),
    pg_catalog.obj_description(t.oid, 'pg_type'),
    CASE WHEN r.rngcanonical::oid <> 0 THEN 'its function CANONICAL needs the type before it is whole' END
FROM type t
JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
JOIN pg_catalog.pg_type st ON st.oid = r.rngsubtype
JOIN pg_catalog.pg_opclass oc ON oc.oid = r.rngsubopc
JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = r.rngcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
LEFT JOIN pg_catalog.pg_type m ON m.oid = (pg_catalog.to_jsonb(r) ->> 'rngmultitypid')::oid
LEFT JOIN pg_catalog.pg_namespace mn ON mn.oid = m.typnamespace
WHERE t.typtype = 'r'
UNION ALL
SELECT 'pg_type', t.oid, 'type', t.nspname, t.typname, NULL, NULL, NULL, NULL,
    CASE WHEN t.typisdefined THEN 'it is a base type, whose functions need the type before it is whole'
        ELSE 'it is a shell type, which is not whole yet' END
FROM type t WHERE t.typtype IN ('b', 'p')
UNION ALL
SELECT 'pg_collation', c.oid, 'collation', n.nspname, c.collname, NULL, NULL,
    pg_catalog.format('CREATE COLLATION %I.%I (%s)', n.nspname, c.collname, pg_catalog.concat_ws(', ',
        'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' ELSE 'default' END,
        CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END,
        CASE
            WHEN x.locale IS NOT NULL THEN 'locale = ' || pg_catalog.quote_literal(x.locale)
            WHEN x.fields ->> 'collcollate' = x.fields ->> 'collctype' THEN 'locale = ' || pg_catalog.quote_literal(x.fields ->> 'collcollate')
            ELSE pg_catalog.format('lc_collate = %L, lc_ctype = %L', x.fields ->> 'collcollate', x.fields ->> 'collctype')
        END,
        'rules = ' || pg_catalog.quote_literal(x.fields ->> 'collicurules'))),
    pg_catalog.obj_description(c.oid, 'pg_collation'), NULL
FROM pg_catalog.pg_collation c
JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
CROSS JOIN LATERAL (
    SELECT pg_catalog.to_jsonb(c) AS fields, coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale') AS locale
) AS x
WHERE {namespace}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_collation'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
) AS seen (class, oid, kind, schema, name, table_schema, table_name, definition, comment, reason)
