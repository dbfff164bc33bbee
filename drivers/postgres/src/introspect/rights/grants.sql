-- What differs from what a new thing of its kind has, role by role: what was taken away, and what was given. Of a schema that the server
-- made, from what it had then. Who has given it is not told apart.
, changed AS (
    SELECT t.*, pg_catalog.acldefault(t.kind, t.owner) AS fresh,
        (SELECT i.initprivs FROM pg_catalog.pg_init_privs i
         WHERE t.class = 'pg_namespace' AND i.classoid = 'pg_catalog.pg_namespace'::regclass AND i.objoid = t.oid AND i.objsubid = 0) AS first
    FROM thing t
    WHERE t.acl IS NOT NULL
),
there AS (
    SELECT c.class, c.oid, a.grantee, a.privilege_type AS privilege, bool_or(a.is_grantable AND a.grantee <> c.owner) AS grantable
    FROM changed c, LATERAL pg_catalog.aclexplode(c.acl) a
    GROUP BY 1, 2, 3, 4
),
usual AS (
    SELECT c.class, c.oid, CASE a.grantee WHEN a.grantor THEN c.owner ELSE a.grantee END AS grantee, a.privilege_type AS privilege,
        bool_or(a.is_grantable AND a.grantee <> a.grantor) AS grantable
    FROM changed c, LATERAL pg_catalog.aclexplode(coalesce(c.first, c.fresh)) a
    GROUP BY 1, 2, 3, 4
),
-- How many privileges there are for each kind.
total AS (
    SELECT k.kind, count(DISTINCT a.privilege_type) AS number
    FROM (VALUES ('r'::"char"), ('s'), ('n'), ('T'), ('f'), ('F'), ('S')) AS k (kind),
        LATERAL pg_catalog.aclexplode(pg_catalog.acldefault(k.kind, 10)) a
    GROUP BY 1
),
difference AS (
    SELECT class, oid, grantee, privilege, u.grantable IS NOT NULL AND t.grantable IS NULL AS gone, coalesce(t.grantable, false) AS grantable,
        NULL::name AS attribute
    FROM there t FULL JOIN usual u USING (class, oid, grantee, privilege)
    WHERE t.grantable IS DISTINCT FROM u.grantable
    UNION ALL
    SELECT t.class, t.oid, a.grantee, a.privilege_type, false, bool_or(a.is_grantable AND a.grantee <> t.owner), c.attname
    FROM thing t
    JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid AND c.attacl IS NOT NULL AND c.attnum > 0 AND NOT c.attisdropped,
        LATERAL pg_catalog.aclexplode(c.attacl) a
    WHERE t.class = 'pg_class'
    GROUP BY t.class, t.oid, a.grantee, a.privilege_type, c.attname
)
SELECT t.class::text, t.oid::bigint, t.word::text, t.schema::text, t.name::text, t.table_schema::text, t.table_name::text,
    CASE WHEN d.grantee <> 0 THEN pg_catalog.pg_get_userbyid(d.grantee) END::text,
    d.grantee = t.owner AND pg_catalog.pg_get_userbyid(t.owner) = current_user, d.gone, d.grantable, d.attribute::text,
    CASE WHEN d.attribute IS NULL AND count(*) > 1 AND count(*) = n.number THEN 'ALL'
        ELSE string_agg(d.privilege, ', ' ORDER BY d.privilege) END
FROM difference d
JOIN thing t ON t.class = d.class AND t.oid = d.oid
JOIN total n ON n.kind = t.kind
GROUP BY t.class, t.oid, t.word, t.schema, t.name, t.table_schema, t.table_name, t.owner, d.grantee, d.gone, d.grantable, d.attribute,
    n.number, CASE WHEN d.attribute IS NOT NULL THEN d.privilege END
ORDER BY t.class, t.oid, d.grantee, d.gone DESC, d.grantable, d.attribute COLLATE "C" NULLS FIRST, 13
