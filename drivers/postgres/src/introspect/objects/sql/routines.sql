-- Functions, procedures, aggregates, operators, operator families and classes, casts.
WITH routine AS (
    SELECT p.oid, p.prokind, n.nspname, p.proname, p.proparallel,
        p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')' AS signature
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE {namespace}
        -- Those of an extension, and those that a range type makes for itself.
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend e
            WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i')
        )
),
operator AS (
    SELECT o.oid, n.nspname, o.oprname, pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname) AS qualified
    FROM pg_catalog.pg_operator o
    JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
)
SELECT class::text, oid::bigint, kind::text, schema::text, name::text, table_schema::text, table_name::text, definition::text,
    comment::text, reason::text
FROM (
SELECT 'pg_proc', r.oid, CASE r.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, r.nspname, r.signature, NULL, NULL,
    'CREATE' || pg_catalog.substr(pg_catalog.rtrim(pg_catalog.pg_get_functiondef(r.oid), E'\n'), 18),
    pg_catalog.obj_description(r.oid, 'pg_proc'), NULL
FROM routine r WHERE r.prokind IN ('f', 'p', 'w')
UNION ALL
SELECT 'pg_proc', r.oid, 'aggregate', r.nspname, r.signature, NULL, NULL,
    pg_catalog.format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n)', r.nspname, r.proname,
        coalesce(nullif(pg_catalog.pg_get_function_arguments(r.oid), ''), '*'),
        pg_catalog.concat_ws(E',\n    ',
            'SFUNC = ' || a.aggtransfn::regproc,
            'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
            'SSPACE = ' || nullif(a.aggtransspace, 0),
            'FINALFUNC = ' || nullif(a.aggfinalfn::oid, 0)::regproc,
            CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
            'FINALFUNC_MODIFY = ' || CASE WHEN a.aggfinalmodify <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END::"char" THEN
                CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
            'COMBINEFUNC = ' || nullif(a.aggcombinefn::oid, 0)::regproc,
            'SERIALFUNC = ' || nullif(a.aggserialfn::oid, 0)::regproc,
            'DESERIALFUNC = ' || nullif(a.aggdeserialfn::oid, 0)::regproc,
            'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
            'MSFUNC = ' || nullif(a.aggmtransfn::oid, 0)::regproc,
            'MINVFUNC = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
            'MSTYPE = ' || pg_catalog.format_type(nullif(a.aggmtranstype, 0), NULL),
            'MSSPACE = ' || nullif(a.aggmtransspace, 0),
            'MFINALFUNC = ' || nullif(a.aggmfinalfn::oid, 0)::regproc,
            CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
            'MFINALFUNC_MODIFY = ' || CASE WHEN a.aggmtransfn::oid <> 0
                AND a.aggmfinalmodify <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END::"char" THEN
                CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
            'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
            'SORTOP = ' || s.qualified,
            CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END,
            CASE r.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END)),
    pg_catalog.obj_description(r.oid, 'pg_proc'), NULL
FROM routine r
JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = r.oid
LEFT JOIN operator s ON s.oid = a.aggsortop
UNION ALL
SELECT 'pg_operator', o.oid, 'operator', n.nspname,
    pg_catalog.format('%s(%s, %s)', o.oprname, coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), NULL), 'NONE'),
        coalesce(pg_catalog.format_type(nullif(o.oprright, 0), NULL), 'NONE')), NULL, NULL,
    pg_catalog.format(E'CREATE OPERATOR %I.%s (\n    %s\n)', n.nspname, o.oprname,
        pg_catalog.concat_ws(E',\n    ',
            'FUNCTION = ' || o.oprcode,
            'LEFTARG = ' || pg_catalog.format_type(nullif(o.oprleft, 0), NULL),
            'RIGHTARG = ' || pg_catalog.format_type(nullif(o.oprright, 0), NULL),
            'COMMUTATOR = ' || com.qualified,
            'NEGATOR = ' || neg.qualified,
            CASE WHEN o.oprcanmerge THEN 'MERGES' END,
            CASE WHEN o.oprcanhash THEN 'HASHES' END,
            'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc,
            'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc)),
    pg_catalog.obj_description(o.oid, 'pg_operator'), NULL
FROM pg_catalog.pg_operator o
JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
LEFT JOIN operator com ON com.oid = o.oprcom
LEFT JOIN operator neg ON neg.oid = o.oprnegate
-- One without a function is a promise that another one has made.
WHERE o.oprcode::oid <> 0 AND {namespace}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e'
    )
UNION ALL
SELECT 'pg_opfamily', f.oid, 'operator_family', n.nspname, pg_catalog.format('%s(%s)', f.opfname, am.amname), NULL, NULL,
    pg_catalog.format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname)
        || coalesce(pg_catalog.format(E';\nALTER OPERATOR FAMILY %I.%I USING %I ADD\n    ', n.nspname, f.opfname, am.amname) || loose.members, ''),
    pg_catalog.obj_description(f.oid, 'pg_opfamily'), NULL
FROM pg_catalog.pg_opfamily f
JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
CROSS JOIN LATERAL (
    SELECT string_agg(member, E',\n    ' ORDER BY place, strategy) AS members
    FROM (
        SELECT 1 AS place, o.amopstrategy AS strategy, pg_catalog.format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator,
            ' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(sf.opfname)) AS member
        FROM pg_catalog.pg_amop o
        LEFT JOIN pg_catalog.pg_opfamily sf ON sf.oid = o.amopsortfamily
        LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
        WHERE o.amopfamily = f.oid AND EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_amop'::regclass AND d.objid = o.oid
                AND d.refclassid = 'pg_catalog.pg_opfamily'::regclass AND d.refobjid = f.oid AND d.deptype IN ('a', 'i')
        )
        UNION ALL
        SELECT 2, p.amprocnum, pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, NULL),
            pg_catalog.format_type(p.amprocrighttype, NULL), p.amproc::oid::regprocedure)
        FROM pg_catalog.pg_amproc p
        WHERE p.amprocfamily = f.oid AND EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_amproc'::regclass AND d.objid = p.oid
                AND d.refclassid = 'pg_catalog.pg_opfamily'::regclass AND d.refobjid = f.oid AND d.deptype IN ('a', 'i')
        )
    ) AS member
) AS loose
WHERE {namespace}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_opfamily'::regclass AND e.objid = f.oid AND e.deptype = 'e'
    )
UNION ALL
SELECT 'pg_opclass', c.oid, 'operator_class', n.nspname, pg_catalog.format('%s(%s)', c.opcname, am.amname), NULL, NULL,
    pg_catalog.format(E'CREATE OPERATOR CLASS %I.%I\n    %sFOR TYPE %s USING %I FAMILY %I.%I AS\n    %s', n.nspname, c.opcname,
        CASE WHEN c.opcdefault THEN 'DEFAULT ' END, pg_catalog.format_type(c.opcintype, NULL), am.amname, fn.nspname, f.opfname,
        pg_catalog.concat_ws(E',\n    ', 'STORAGE ' || pg_catalog.format_type(nullif(c.opckeytype, 0), NULL), own.members)),
    pg_catalog.obj_description(c.oid, 'pg_opclass'), NULL
FROM pg_catalog.pg_opclass c
JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod
JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily
JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
CROSS JOIN LATERAL (
    SELECT string_agg(member, E',\n    ' ORDER BY place, strategy) AS members
    FROM (
        SELECT 1 AS place, o.amopstrategy AS strategy, pg_catalog.format('OPERATOR %s %s%s', o.amopstrategy, o.amopopr::regoperator,
            ' FOR ORDER BY ' || pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(sf.opfname)) AS member
        FROM pg_catalog.pg_amop o
        LEFT JOIN pg_catalog.pg_opfamily sf ON sf.oid = o.amopsortfamily
        LEFT JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
        WHERE o.amopfamily = f.oid AND EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_amop'::regclass AND d.objid = o.oid
                AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
        )
        UNION ALL
        SELECT 2, p.amprocnum, pg_catalog.format('FUNCTION %s (%s, %s) %s', p.amprocnum, pg_catalog.format_type(p.amproclefttype, NULL),
            pg_catalog.format_type(p.amprocrighttype, NULL), p.amproc::oid::regprocedure)
        FROM pg_catalog.pg_amproc p
        WHERE p.amprocfamily = f.oid AND EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_amproc'::regclass AND d.objid = p.oid
                AND d.refclassid = 'pg_catalog.pg_opclass'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
        )
    ) AS member
) AS own
WHERE {namespace}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_opclass'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
UNION ALL
SELECT 'pg_cast', c.oid, 'cast', NULL,
    pg_catalog.format('%s AS %s', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)), NULL, NULL,
    pg_catalog.format('CREATE CAST (%s AS %s) %s%s', pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL),
        CASE c.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
            ELSE 'WITH FUNCTION ' || c.castfunc::regprocedure END,
        CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END),
    pg_catalog.obj_description(c.oid, 'pg_cast'), NULL
FROM pg_catalog.pg_cast c
WHERE c.oid >= 16384
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_cast'::regclass AND e.objid = c.oid AND e.deptype IN ('e', 'i')
    )
) AS seen (class, oid, kind, schema, name, table_schema, table_name, definition, comment, reason)
