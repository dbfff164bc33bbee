-- Who looks is the owner of what says nothing. `public` is the server's own until somebody takes it.
SELECT class::text, oid::bigint, word::text, schema::text, name::text, table_schema::text, table_name::text,
    pg_catalog.pg_get_userbyid(owner)::text
FROM (
    SELECT class, oid, word, schema, name, table_schema, table_name, owner FROM thing
    WHERE table_name IS NULL AND NOT (class = 'pg_namespace' AND name = 'public'
        AND (owner = 10 OR pg_catalog.pg_get_userbyid(owner) = 'pg_database_owner'))
    UNION ALL SELECT 'pg_operator', oid, NULL, NULL, NULL, NULL, NULL, oprowner FROM pg_catalog.pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'pg_opclass', oid, NULL, NULL, NULL, NULL, NULL, opcowner FROM pg_catalog.pg_opclass WHERE oid >= 16384
    UNION ALL SELECT 'pg_opfamily', oid, NULL, NULL, NULL, NULL, NULL, opfowner FROM pg_catalog.pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'pg_collation', oid, NULL, NULL, NULL, NULL, NULL, collowner FROM pg_catalog.pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'pg_conversion', oid, NULL, NULL, NULL, NULL, NULL, conowner FROM pg_catalog.pg_conversion WHERE oid >= 16384
    UNION ALL SELECT 'pg_statistic_ext', oid, NULL, NULL, NULL, NULL, NULL, stxowner FROM pg_catalog.pg_statistic_ext
    UNION ALL SELECT 'pg_ts_config', oid, NULL, NULL, NULL, NULL, NULL, cfgowner FROM pg_catalog.pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'pg_ts_dict', oid, NULL, NULL, NULL, NULL, NULL, dictowner FROM pg_catalog.pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'pg_publication', oid, NULL, NULL, NULL, NULL, NULL, pubowner FROM pg_catalog.pg_publication
    UNION ALL SELECT 'pg_event_trigger', oid, NULL, NULL, NULL, NULL, NULL, evtowner FROM pg_catalog.pg_event_trigger
) AS owned
WHERE pg_catalog.pg_get_userbyid(owner) <> current_user
