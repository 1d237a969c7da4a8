package com.alumoutreach.backbone.database;

import com.alumoutreach.backbone.module.ServiceModule;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the services may do in a schema, and which rows they see: those of the tenant that a transaction was opened for. The
 * policy stands under the tenant predicates of the queries; a query that forgets its predicate finds nothing of others.
 */
@Singleton
class Rights {
    /** In subselects, so that they are evaluated once a statement and not once a row. */
    private static final String POLICY = """
            CREATE POLICY tenant ON %1$s USING (
              %2$s = (SELECT current_setting('app.tenant_id', true))
              OR (SELECT current_setting('app.all_tenants', true)) = 'on')""";

    private static final String UNPROTECTED = """
            SELECT c.oid::regclass::text, a.attname FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('tenant_id', 'org_id') AND NOT a.attisdropped
            WHERE n.nspname = '%s' AND c.relkind IN ('r', 'p')
              AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity
                   OR NOT EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))""";

    private final MigrationsConfig config;

    Rights(MigrationsConfig config) {
        this.config = config;
    }

    /** Idempotent, after the migrations of the schema. */
    void ensure(ServiceModule module) throws SQLException {
        try (Connection connection = config.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(hashtextextended('alum.rights', 0))");
            role(statement);
            grants(statement, module.schema());
            policies(statement, module.schema());
            connection.commit();
        }
    }

    private void role(Statement statement) throws SQLException {
        // Roles belong to the whole server: another database's services may make the same at this moment.
        statement.execute("""
                DO $$ BEGIN
                  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '%1$s') THEN
                    CREATE ROLE %1$s NOLOGIN NOSUPERUSER NOBYPASSRLS;
                  END IF;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
                END $$""".formatted(config.role()));
        statement.execute("""
                DO $$ BEGIN
                  IF NOT pg_has_role('%2$s', '%1$s', 'SET') THEN GRANT %1$s TO "%2$s"; END IF;
                END $$""".formatted(config.role(), config.serviceLogin()));
    }

    private void grants(Statement statement, String schema) throws SQLException {
        statement.execute("GRANT USAGE ON SCHEMA " + schema + " TO " + config.role());
        statement.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA " + schema + " TO " + config.role());
        for (String table : list(statement, """
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = '%s' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                  AND c.relname NOT LIKE 'flyway%%'""".formatted(schema))) {
            String rights = table.endsWith(".system_events") ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
            statement.execute("GRANT " + rights + " ON " + table + " TO " + config.role());
        }
        statement.execute(
                "GRANT EXECUTE ON FUNCTION " + schema + ".redact_events(uuid[], jsonb[]) TO " + config.role());
    }

    private static void policies(Statement statement, String schema) throws SQLException {
        List<String[]> unprotected = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(UNPROTECTED.formatted(schema))) {
            while (rows.next()) {
                unprotected.add(new String[] {rows.getString(1), rows.getString(2)});
            }
        }
        for (String[] table : unprotected) {
            statement.execute("ALTER TABLE " + table[0] + " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
            statement.execute("DROP POLICY IF EXISTS tenant ON " + table[0]);
            statement.execute(POLICY.formatted(table[0], table[1]));
        }
    }

    private static List<String> list(Statement statement, String query) throws SQLException {
        List<String> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }
}
