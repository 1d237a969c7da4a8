-- What analysts have in common, on a ClickHouse server of yours (25 or newer), in the database `default`. By an administrator with
-- access management, once; again after a change. Then analyst_of_tenant.sql for each. See docs/analysts.md.
-- On a cluster each statement takes ON CLUSTER behind the name, unless users are kept in replicated storage.

CREATE SETTINGS PROFILE IF NOT EXISTS analyst SETTINGS
    readonly = 1 CONST,
    allow_ddl = 0 CONST,
    allow_introspection_functions = 0 CONST,
    use_query_cache = 0 CONST,
    max_execution_time = 30 CONST,
    max_rows_to_read = 1000000000 CONST,
    max_memory_usage = 2000000000 CONST,
    max_result_rows = 1000000 CONST,
    max_concurrent_queries_for_user = 4 CONST;

CREATE ROLE IF NOT EXISTS analyst SETTINGS PROFILE 'analyst';

-- Counted for each analyst by itself.
CREATE QUOTA IF NOT EXISTS analyst KEYED BY user_name
    FOR INTERVAL 1 minute MAX queries = 120,
    FOR INTERVAL 1 hour MAX queries = 2000, execution_time = 1200, read_rows = 50000000000
    TO analyst;

-- The events, and the views over them, which ask with the rights of whoever asks (SQL SECURITY INVOKER, the default). No other
-- base table: what is granted here needs a policy below and in analyst_of_tenant.sql.
GRANT SELECT ON default.events TO analyst;
GRANT SELECT ON default.v_* TO analyst;
GRANT SELECT ON default.outreach_events TO analyst;
GRANT SELECT ON default.tenant_today TO analyst;
GRANT SELECT ON default.time_zone_days TO analyst;

-- With a policy on a table, who has none sees no row of it, depending on the server's configuration. The services see all.
CREATE ROW POLICY IF NOT EXISTS everything ON default.events FOR SELECT USING 1 TO ALL EXCEPT analyst;
-- An analyst without a tenant yet sees nothing.
CREATE ROW POLICY IF NOT EXISTS nothing ON default.events FOR SELECT USING 0 TO analyst;
