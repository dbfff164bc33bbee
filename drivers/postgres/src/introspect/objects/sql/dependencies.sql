-- What objects need: of a view, its rule tells; of a type, its columns and checks. Most of what the catalog says are tables'
-- columns, keys and indexes: each branch looks up its own rather than all once.
WITH dependency AS NOT MATERIALIZED (
    SELECT d.classid, d.objid, d.refclassid, d.refobjid
    FROM pg_catalog.pg_depend d
    WHERE d.deptype IN ('n', 'a') AND d.refobjid >= 16384
        AND d.refclassid IN (
            'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass,
            'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass,
            'pg_catalog.pg_collation'::regclass, 'pg_catalog.pg_extension'::regclass, 'pg_catalog.pg_ts_config'::regclass,
            'pg_catalog.pg_ts_dict'::regclass, 'pg_catalog.pg_ts_parser'::regclass, 'pg_catalog.pg_ts_template'::regclass,
            'pg_catalog.pg_foreign_server'::regclass, 'pg_catalog.pg_foreign_data_wrapper'::regclass
        )
),
dependent AS (
    SELECT d.classid AS class, d.objid AS oid, d.refclassid, d.refobjid
    FROM dependency d
    WHERE d.classid IN (
        'pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_opclass'::regclass,
        'pg_catalog.pg_opfamily'::regclass, 'pg_catalog.pg_cast'::regclass, 'pg_catalog.pg_type'::regclass,
        'pg_catalog.pg_collation'::regclass, 'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_policy'::regclass,
        'pg_catalog.pg_statistic_ext'::regclass, 'pg_catalog.pg_event_trigger'::regclass, 'pg_catalog.pg_extension'::regclass,
        'pg_catalog.pg_ts_config'::regclass, 'pg_catalog.pg_ts_dict'::regclass, 'pg_catalog.pg_ts_parser'::regclass,
        'pg_catalog.pg_ts_template'::regclass, 'pg_catalog.pg_foreign_server'::regclass,
        'pg_catalog.pg_foreign_data_wrapper'::regclass, 'pg_catalog.pg_user_mapping'::regclass, 'pg_catalog.pg_conversion'::regclass
    )
    UNION ALL
    SELECT CASE w.rulename WHEN '_RETURN' THEN 'pg_catalog.pg_class'::regclass ELSE d.classid END,
        CASE w.rulename WHEN '_RETURN' THEN w.ev_class ELSE d.objid END, d.refclassid, d.refobjid
    FROM dependency d
    JOIN pg_catalog.pg_rewrite w ON w.oid = d.objid
    WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass
    UNION ALL
    SELECT CASE c.relkind WHEN 'c' THEN 'pg_catalog.pg_type'::regclass ELSE d.classid END,
        CASE c.relkind WHEN 'c' THEN c.reltype ELSE d.objid END, d.refclassid, d.refobjid
    FROM (
        SELECT r.oid, r.relkind, r.reltype
        FROM pg_catalog.pg_class r
        WHERE r.relkind IN ('v', 'm', 'f', 'c')
        UNION ALL
        SELECT i.indexrelid, 'i', 0
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class m ON m.oid = i.indrelid AND m.relkind = 'm'
    ) c
    JOIN dependency d ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
    UNION ALL
    SELECT 'pg_catalog.pg_class'::regclass, c.oid, d.refclassid, d.refobjid
    FROM dependency d
    JOIN pg_catalog.pg_attrdef a ON a.oid = d.objid
    JOIN pg_catalog.pg_class c ON c.oid = a.adrelid AND c.relkind IN ('v', 'f')
    WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass
    UNION ALL
    SELECT CASE k.contypid WHEN 0 THEN 'pg_catalog.pg_class'::regclass ELSE 'pg_catalog.pg_type'::regclass END,
        CASE k.contypid WHEN 0 THEN k.conrelid ELSE k.contypid END, d.refclassid, d.refobjid
    FROM dependency d
    JOIN pg_catalog.pg_constraint k ON k.oid = d.objid
    LEFT JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    WHERE d.classid = 'pg_catalog.pg_constraint'::regclass AND (k.contypid <> 0 OR c.relkind = 'f')
    UNION ALL
    SELECT o.refclassid, o.refobjid, d.refclassid, d.refobjid
    FROM dependency d
    JOIN pg_catalog.pg_depend o ON o.classid = d.classid AND o.objid = d.objid AND o.deptype IN ('a', 'i')
        AND o.refclassid IN ('pg_catalog.pg_opclass'::regclass, 'pg_catalog.pg_opfamily'::regclass)
    WHERE d.classid IN ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
    UNION ALL
    SELECT 'pg_catalog.pg_publication'::regclass, p.prpubid, d.refclassid, d.refobjid
    FROM dependency d
    JOIN pg_catalog.pg_publication_rel p ON p.oid = d.objid
    WHERE d.classid = 'pg_catalog.pg_publication_rel'::regclass
),
-- An array needs what its items are, a row type its relation, what a range type made for itself the range type.
needed AS (
    SELECT DISTINCT d.class, d.oid,
        CASE
            WHEN b.typrelid <> 0 AND tc.relkind <> 'c' THEN 'pg_catalog.pg_class'::regclass
            WHEN b.oid IS NOT NULL OR c.relkind = 'c' OR own.refobjid IS NOT NULL THEN 'pg_catalog.pg_type'::regclass
            ELSE d.refclassid
        END AS refclass,
        CASE
            WHEN b.typrelid <> 0 AND tc.relkind <> 'c' THEN b.typrelid
            WHEN c.relkind = 'c' THEN c.reltype
            ELSE coalesce({range_of}, b.oid, own.refobjid, d.refobjid)
        END AS refoid
    FROM dependent d
    LEFT JOIN pg_catalog.pg_type t ON d.refclassid = 'pg_catalog.pg_type'::regclass AND t.oid = d.refobjid
    LEFT JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
    LEFT JOIN pg_catalog.pg_class tc ON tc.oid = b.typrelid
    LEFT JOIN pg_catalog.pg_class c ON d.refclassid = 'pg_catalog.pg_class'::regclass AND c.oid = d.refobjid
    {range_join}
    LEFT JOIN pg_catalog.pg_depend own ON d.refclassid = 'pg_catalog.pg_proc'::regclass
        AND own.classid = d.refclassid AND own.objid = d.refobjid AND own.deptype = 'i'
        AND own.refclassid = 'pg_catalog.pg_type'::regclass
)
SELECT n.class::regclass::text, n.oid::bigint,
    coalesce(e.refclassid, n.refclass)::regclass::text, coalesce(e.refobjid, n.refoid)::bigint,
    CASE WHEN e.refobjid IS NULL THEN
        CASE WHEN c.relkind IN ('r', 'p') THEN 'table' WHEN c.relkind = 'S' THEN 'sequence' WHEN t.typtype = 'e' THEN 'enum' END END,
    coalesce(cn.nspname, tn.nspname)::text, coalesce(c.relname, t.typname)::text
FROM needed n
LEFT JOIN pg_catalog.pg_class c ON n.refclass = 'pg_catalog.pg_class'::regclass AND c.oid = n.refoid
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_type t ON n.refclass = 'pg_catalog.pg_type'::regclass AND t.oid = n.refoid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_depend e ON e.classid = n.refclass AND e.objid = n.refoid AND e.deptype = 'e'
WHERE NOT (n.class = n.refclass AND n.oid = n.refoid)
UNION ALL
-- What a partition says of a trigger needs the one of the whole.
SELECT 'pg_trigger', t.oid::bigint, 'pg_trigger', coalesce(nullif(w.tgparentid, 0), w.oid)::bigint, NULL, NULL, NULL
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_trigger w ON w.oid = t.tgparentid
WHERE t.tgenabled <> w.tgenabled AND w.tgconstrrelid = 0
