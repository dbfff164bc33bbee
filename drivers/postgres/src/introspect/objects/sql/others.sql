-- Extensions, text search, event triggers, publications, foreign servers, and what cannot be modelled.
SELECT class::text, oid::bigint, kind::text, schema::text, name::text, table_schema::text, table_name::text, definition::text,
    comment::text, reason::text
FROM (
SELECT 'pg_extension', x.oid, 'extension', NULL, x.extname, NULL, NULL,
    pg_catalog.format('CREATE EXTENSION %I WITH SCHEMA %I', x.extname, n.nspname),
    pg_catalog.obj_description(x.oid, 'pg_extension'), NULL
FROM pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
WHERE x.oid >= 16384
UNION ALL
SELECT 'pg_ts_parser', p.oid, 'text_search_parser', n.nspname, p.prsname, NULL, NULL,
    pg_catalog.format(E'CREATE TEXT SEARCH PARSER %I.%I (\n    %s\n)', n.nspname, p.prsname, pg_catalog.concat_ws(E',\n    ',
        'START = ' || p.prsstart, 'GETTOKEN = ' || p.prstoken, 'END = ' || p.prsend,
        'HEADLINE = ' || nullif(p.prsheadline::oid, 0)::regproc, 'LEXTYPES = ' || p.prslextype)),
    pg_catalog.obj_description(p.oid, 'pg_ts_parser'), NULL
FROM pg_catalog.pg_ts_parser p JOIN pg_catalog.pg_namespace n ON n.oid = p.prsnamespace
WHERE {namespace} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_ts_parser'::regclass AND e.objid = p.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_template', t.oid, 'text_search_template', n.nspname, t.tmplname, NULL, NULL,
    pg_catalog.format(E'CREATE TEXT SEARCH TEMPLATE %I.%I (\n    %s\n)', n.nspname, t.tmplname, pg_catalog.concat_ws(E',\n    ',
        'INIT = ' || nullif(t.tmplinit::oid, 0)::regproc, 'LEXIZE = ' || t.tmpllexize)),
    pg_catalog.obj_description(t.oid, 'pg_ts_template'), NULL
FROM pg_catalog.pg_ts_template t JOIN pg_catalog.pg_namespace n ON n.oid = t.tmplnamespace
WHERE {namespace} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_ts_template'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_dict', d.oid, 'text_search_dictionary', n.nspname, d.dictname, NULL, NULL,
    pg_catalog.format(E'CREATE TEXT SEARCH DICTIONARY %I.%I (\n    TEMPLATE = %I.%I%s\n)', n.nspname, d.dictname, tn.nspname, t.tmplname,
        E',\n    ' || d.dictinitoption),
    pg_catalog.obj_description(d.oid, 'pg_ts_dict'), NULL
FROM pg_catalog.pg_ts_dict d
JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
JOIN pg_catalog.pg_ts_template t ON t.oid = d.dicttemplate
JOIN pg_catalog.pg_namespace tn ON tn.oid = t.tmplnamespace
WHERE {namespace} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_ts_dict'::regclass AND e.objid = d.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_ts_config', c.oid, 'text_search_configuration', n.nspname, c.cfgname, NULL, NULL,
    pg_catalog.format(E'CREATE TEXT SEARCH CONFIGURATION %I.%I (\n    PARSER = %I.%I\n)', n.nspname, c.cfgname, pn.nspname, p.prsname)
        || coalesce((
            SELECT string_agg(pg_catalog.format(E';\nALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s', n.nspname, c.cfgname,
                map.alias, map.dictionaries), '' ORDER BY map.maptokentype)
            FROM (
                SELECT m.maptokentype, k.alias,
                    string_agg(pg_catalog.format('%I.%I', dn.nspname, d.dictname), ', ' ORDER BY m.mapseqno) AS dictionaries
                FROM pg_catalog.pg_ts_config_map m
                JOIN pg_catalog.ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype
                JOIN pg_catalog.pg_ts_dict d ON d.oid = m.mapdict
                JOIN pg_catalog.pg_namespace dn ON dn.oid = d.dictnamespace
                WHERE m.mapcfg = c.oid
                GROUP BY m.maptokentype, k.alias
            ) AS map
        ), ''),
    pg_catalog.obj_description(c.oid, 'pg_ts_config'), NULL
FROM pg_catalog.pg_ts_config c
JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
JOIN pg_catalog.pg_ts_parser p ON p.oid = c.cfgparser
JOIN pg_catalog.pg_namespace pn ON pn.oid = p.prsnamespace
WHERE {namespace} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_ts_config'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_event_trigger', t.oid, 'event_trigger', NULL, t.evtname, NULL, NULL,
    pg_catalog.format(E'CREATE EVENT TRIGGER %I ON %I%s\n    EXECUTE FUNCTION %s()', t.evtname, t.evtevent,
        E'\n    WHEN TAG IN (' || (
            SELECT string_agg(pg_catalog.quote_literal(tag), ', ') FROM pg_catalog.unnest(t.evttags) AS tag
        ) || ')',
        t.evtfoid::regproc)
        || CASE t.evtenabled WHEN 'O' THEN '' ELSE pg_catalog.format(E';\nALTER EVENT TRIGGER %I %s', t.evtname,
            CASE t.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END) END,
    pg_catalog.obj_description(t.oid, 'pg_event_trigger'), NULL
FROM pg_catalog.pg_event_trigger t
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_publication', p.oid, 'publication', NULL, p.pubname, NULL, NULL,
    pg_catalog.format('CREATE PUBLICATION %I%s WITH (%s)', p.pubname,
        CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE ' FOR ' || nullif(pg_catalog.concat_ws(', ', tables.list, schemas.list), '') END,
        pg_catalog.concat_ws(', ',
            pg_catalog.format('publish = %L', pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)),
            CASE WHEN p.pubviaroot THEN 'publish_via_partition_root = true' END,
            CASE pg_catalog.to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN 'publish_generated_columns = stored' END)),
    pg_catalog.obj_description(p.oid, 'pg_publication'), NULL
FROM pg_catalog.pg_publication p
CROSS JOIN LATERAL (
    SELECT string_agg(pg_catalog.format('TABLE %s%s%s', CASE WHEN c.relkind = 'p' THEN '' ELSE 'ONLY ' END || r.prrelid::regclass,
        ' (' || (
            SELECT string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = r.prrelid AND a.attnum = ANY ({publication_columns})
        ) || ')',
        ' WHERE ' || {publication_filter}), ', '
        ORDER BY r.prrelid::regclass::text) AS list
    FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
    WHERE r.prpubid = p.oid
) AS tables
CROSS JOIN LATERAL (
    {publication_schemas}
) AS schemas
UNION ALL
SELECT 'pg_foreign_data_wrapper', w.oid, 'foreign_data_wrapper', NULL, w.fdwname, NULL, NULL,
    pg_catalog.format('CREATE FOREIGN DATA WRAPPER %I%s%s%s', w.fdwname, ' HANDLER ' || nullif(w.fdwhandler, 0)::regproc,
        ' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc,
        ' OPTIONS (' || (
            SELECT string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', ') FROM pg_catalog.pg_options_to_table(w.fdwoptions) o
        ) || ')'),
    pg_catalog.obj_description(w.oid, 'pg_foreign_data_wrapper'), NULL
FROM pg_catalog.pg_foreign_data_wrapper w
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_foreign_server', s.oid, 'server', NULL, s.srvname, NULL, NULL,
    pg_catalog.format('CREATE SERVER %I%s%s FOREIGN DATA WRAPPER %I%s', s.srvname, ' TYPE ' || pg_catalog.quote_literal(s.srvtype),
        ' VERSION ' || pg_catalog.quote_literal(s.srvversion), w.fdwname,
        ' OPTIONS (' || (
            SELECT string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', ') FROM pg_catalog.pg_options_to_table(s.srvoptions) o
        ) || ')'),
    pg_catalog.obj_description(s.oid, 'pg_foreign_server'), NULL
FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e')
UNION ALL
-- What a role may not see is NULL. What is secret is left out.
SELECT 'pg_user_mapping', u.umid, 'user_mapping', NULL, CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE u.usename END, NULL, u.srvname,
    pg_catalog.format('CREATE USER MAPPING FOR %s SERVER %I%s', CASE WHEN u.umuser = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(u.usename) END,
        u.srvname,
        ' OPTIONS (' || (
            SELECT string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', ') FROM pg_catalog.pg_options_to_table(u.umoptions) o
            WHERE o.option_name !~* 'pass|secret|key|token|credential'
        ) || ')'),
    NULL, NULL
FROM pg_catalog.pg_user_mappings u
UNION ALL
SELECT 'pg_subscription', s.oid, 'subscription', NULL, s.subname, NULL, NULL, NULL, NULL, 'what it is connected to is a secret'
FROM pg_catalog.pg_subscription s
WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
UNION ALL
SELECT 'pg_language', l.oid, 'language', NULL, l.lanname, NULL, NULL, NULL, NULL, 'languages that come with no extension are not modelled'
FROM pg_catalog.pg_language l
WHERE l.lanispl AND l.oid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_language'::regclass AND e.objid = l.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_am', a.oid, 'access_method', NULL, a.amname, NULL, NULL, NULL, NULL, 'access methods that come with no extension are not modelled'
FROM pg_catalog.pg_am a
WHERE a.oid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_am'::regclass AND e.objid = a.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_conversion', c.oid, 'conversion', n.nspname, c.conname, NULL, NULL,
    pg_catalog.format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' END, n.nspname, c.conname,
        pg_catalog.pg_encoding_to_char(c.conforencoding), pg_catalog.pg_encoding_to_char(c.contoencoding), c.conproc),
    pg_catalog.obj_description(c.oid, 'pg_conversion'), NULL
FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
WHERE {namespace} AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_conversion'::regclass AND e.objid = c.oid AND e.deptype = 'e')
UNION ALL
SELECT 'pg_transform', t.oid, 'transform', NULL, pg_catalog.format('%s LANGUAGE %s', pg_catalog.format_type(t.trftype, NULL), l.lanname), NULL, NULL,
    NULL, NULL, 'transforms are not modelled'
FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_transform'::regclass AND e.objid = t.oid AND e.deptype = 'e')
) AS seen (class, oid, kind, schema, name, table_schema, table_name, definition, comment, reason)
WHERE {of_database} OR schema IS NOT NULL
