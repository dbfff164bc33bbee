-- What can have an owner or privileges; of what is known by its text, its place in the catalog is enough.
WITH thing (class, oid, word, schema, name, table_schema, table_name, owner, acl, kind) AS (
    SELECT 'pg_class', c.oid, CASE WHEN c.relkind = 'S' THEN 'sequence' WHEN c.relkind IN ('r', 'p') THEN 'table' END, n.nspname, c.relname,
        tn.nspname, t.relname, c.relowner, c.relacl, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    -- A sequence that belongs to a column has its table's owner.
    LEFT JOIN pg_catalog.pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
        AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {table}
    UNION ALL
    SELECT 'pg_namespace', n.oid, 'schema', NULL, n.nspname, NULL, NULL, n.nspowner, n.nspacl, 'n'::"char"
    FROM pg_catalog.pg_namespace n
    WHERE {namespace} AND {own_namespaces} AND {not_of_extension}
    UNION ALL
    SELECT 'pg_type', t.oid, CASE t.typtype WHEN 'e' THEN 'enum' END, n.nspname, t.typname, NULL, NULL, t.typowner, t.typacl, 'T'::"char"
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    WHERE {namespace} AND t.typtype IN ('e', 'd', 'c', 'r') AND {type_not_of_extension}
    UNION ALL
    SELECT 'pg_proc', p.oid, NULL, NULL, NULL, NULL, NULL, p.proowner, p.proacl, 'f'::"char"
    FROM pg_catalog.pg_proc p WHERE p.oid >= 16384
    UNION ALL
    SELECT 'pg_foreign_data_wrapper', w.oid, NULL, NULL, NULL, NULL, NULL, w.fdwowner, w.fdwacl, 'F'::"char"
    FROM pg_catalog.pg_foreign_data_wrapper w
    UNION ALL
    SELECT 'pg_foreign_server', s.oid, NULL, NULL, NULL, NULL, NULL, s.srvowner, s.srvacl, 'S'::"char"
    FROM pg_catalog.pg_foreign_server s
)
