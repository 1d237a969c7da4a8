package com.alumoutreach.backbone.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One login changes the schemas, the services have another; as docs/operations.md sets them up. */
class TwoLoginsIT {
    private static final String PASSWORD = "only-for-this-test";

    @Test
    void aServiceWorksWithALoginThatOwnsNothing() throws SQLException {
        ServerAddresses servers = TestServers.get().newScope();
        String database = servers.postgresUrl().substring(servers.postgresUrl().lastIndexOf('/') + 1);
        asSuperuser(
                servers,
                "DO $$ BEGIN CREATE ROLE alum_app NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "CREATE ROLE owner_" + database + " LOGIN PASSWORD '" + PASSWORD + "'",
                "GRANT CREATE ON DATABASE " + database + " TO owner_" + database,
                "GRANT alum_app TO owner_" + database + " WITH ADMIN OPTION",
                "CREATE ROLE service_" + database + " LOGIN PASSWORD '" + PASSWORD + "'",
                "GRANT alum_app TO service_" + database);

        try (RunningService service = RunningService.start(
                servers,
                Map.of(
                        "probe.enabled",
                        "true",
                        "datasources.default.username",
                        "service_" + database,
                        "datasources.default.password",
                        PASSWORD,
                        "alum.migrations.username",
                        "owner_" + database,
                        "alum.migrations.password",
                        PASSWORD))) {
            String contact = EventIds.next().toString();
            assertThat(service.post("/probe/contacts/" + contact, "", null).statusCode())
                    .isEqualTo(201);
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            ProbeModule.effects(service.database(), contact).size() == 1);
            assertThat(text(service, "SELECT session_user::text")).isEqualTo("service_" + database);
            assertThat(text(service, "SELECT current_user::text")).isEqualTo("alum_app");
            assertThat(text(
                            service,
                            "SELECT string_agg(DISTINCT tableowner, ',') FROM pg_tables WHERE schemaname = 'probe'"))
                    .isEqualTo("owner_" + database);
            assertThat(text(
                            service,
                            "WITH x AS (INSERT INTO probe.erasures (tenant_id, contact_id) SELECT '"
                                    + ProbeModule.TENANT + "', '" + contact
                                    + "' RETURNING 1) SELECT count(*)::text FROM x"))
                    .isEqualTo("1");
            // The function that redacts has the owner's rights, who is no superuser here.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> text(
                                    service,
                                    "SELECT jsonb_exists(payload, 'email')::text FROM probe.system_events WHERE primary_entity_id = '"
                                            + contact + "'")
                            .equals("false"));
        }
    }

    private static String text(RunningService service, String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(String.class).one());
    }

    private static void asSuperuser(ServerAddresses servers, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        servers.postgresUrl(), servers.postgresUser(), servers.postgresPassword());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
