-- Triggers, which of them a partition has switched, rules and policies: of tables, views and foreign tables.
WITH relation AS (
    SELECT c.oid, n.nspname, c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname) AS qualified
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {table}
)
SELECT class::text, oid::bigint, kind::text, schema::text, name::text, table_schema::text, table_name::text, definition::text,
    comment::text, reason::text
FROM (
SELECT 'pg_trigger', t.oid, 'trigger', r.nspname, t.tgname, r.nspname, r.relname,
    pg_catalog.pg_get_triggerdef(t.oid) || CASE t.tgenabled
        WHEN 'O' THEN ''
        ELSE pg_catalog.format(E';\nALTER TABLE %s %s TRIGGER %I', r.qualified,
            CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
    END,
    pg_catalog.obj_description(t.oid, 'pg_trigger'), NULL
FROM relation r
JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid
-- A partition has copies of those of the whole.
WHERE NOT t.tgisinternal AND t.tgparentid = 0
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
UNION ALL
-- What a partition says of such a copy.
SELECT 'pg_trigger', t.oid, 'trigger_state', r.nspname, t.tgname, r.nspname, r.relname,
    pg_catalog.format('ALTER TABLE %s %s TRIGGER %I', r.qualified, CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
        WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, t.tgname),
    NULL, NULL
FROM relation r
JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid
JOIN pg_catalog.pg_trigger w ON w.oid = t.tgparentid
WHERE t.tgenabled <> w.tgenabled AND w.tgconstrrelid = 0
UNION ALL
SELECT 'pg_rewrite', w.oid, 'rule', r.nspname, w.rulename, r.nspname, r.relname,
    pg_catalog.rtrim(pg_catalog.pg_get_ruledef(w.oid), ';') || CASE w.ev_enabled
        WHEN 'O' THEN ''
        ELSE pg_catalog.format(E';\nALTER TABLE %s %s RULE %I', r.qualified,
            CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, w.rulename)
    END,
    pg_catalog.obj_description(w.oid, 'pg_rewrite'), NULL
FROM relation r
JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
WHERE w.rulename <> '_RETURN'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend e
        WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = r.oid AND e.deptype = 'e'
    )
UNION ALL
SELECT 'pg_policy', p.oid, 'policy', r.nspname, p.polname, r.nspname, r.relname,
    pg_catalog.format('CREATE POLICY %I ON %s%s%s%s%s%s', p.polname, r.qualified,
        CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
        CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' END,
        CASE WHEN p.polroles <> '{0}' THEN ' TO ' || (
            SELECT string_agg(CASE WHEN u.role = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(u.role)) END, ', ' ORDER BY u.place)
            FROM pg_catalog.unnest(p.polroles) WITH ORDINALITY AS u (role, place)
        ) END,
        E'\n    USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')',
        E'\n    WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')'),
    pg_catalog.obj_description(p.oid, 'pg_policy'), NULL
FROM relation r
JOIN pg_catalog.pg_policy p ON p.polrelid = r.oid
) AS seen (class, oid, kind, schema, name, table_schema, table_name, definition, comment, reason)
