package com.alumoutreach.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.suite.client.Postgres;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.testing.RunningSuite;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SuiteKilledIT {
    private static final int ROWS = 20_000;
    private static final String TENANT = "killed";
    private static final String COUNT =
            "SELECT %s FROM events WHERE tenant_id = {tenant:String} AND type = 'contact.created'";

    @Test
    void killedInTheMiddleOfAnImportItFinishesItAndEveryFigureIsExact() {
        try (RunningSuite suite = RunningSuite.start()) {
            String natsBefore = suite.env().get(RunEnv.NATS_URL);
            String path = "/api/contacts/imports/"
                    + suite.api(TENANT)
                            .post("/api/contacts/imports", "text/csv", csv())
                            .path("id")
                            .asText();
            Awaitility.await("some rows are in")
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> rows(suite, path) > 0);

            suite.kill();
            suite.up();

            assertThat(suite.env().get(RunEnv.NATS_URL)).isEqualTo(natsBefore);
            Awaitility.await("the import")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> status(suite, path).equals("completed"));
            Awaitility.await("ClickHouse")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> archived(suite, "uniqExact(id)") == ROWS);
            assertThat(archived(suite, "count()")).isEqualTo(ROWS);
            try (Postgres postgres = suite.postgres()) {
                assertThat(postgres.number("SELECT count(*) FROM contacts.contacts WHERE tenant_id = ?", TENANT))
                        .isEqualTo(ROWS);
                Awaitility.await("segments has seen each contact")
                        .atMost(Duration.ofMinutes(1))
                        .until(() -> postgres.number(
                                        "SELECT count(*) FROM segments.contact_copies WHERE tenant_id = ?", TENANT)
                                == ROWS);
            }
        }
    }

    @Test
    void dataSurviveDownAndUp() {
        try (RunningSuite suite = RunningSuite.start()) {
            suite.api(TENANT)
                    .post(
                            "/api/contacts/imports",
                            "text/csv",
                            "email\nada@example.com\n".getBytes(StandardCharsets.UTF_8));
            Awaitility.await("ClickHouse").until(() -> archived(suite, "count()") == 1);

            suite.down();
            suite.up();

            assertThat(archived(suite, "count()")).isEqualTo(1);
            assertThat(suite.api(TENANT)
                            .get("/api/contacts?email=ada@example.com")
                            .path("items"))
                    .hasSize(1);
        }
    }

    private static long archived(RunningSuite suite, String figure) {
        return suite.clickHouse().number(COUNT.formatted(figure), Map.of("tenant", TENANT));
    }

    private static long rows(RunningSuite suite, String path) {
        return suite.api(TENANT).get(path).path("lastRow").asLong();
    }

    private static String status(RunningSuite suite, String path) {
        JsonNode answer = suite.api(TENANT).get(path);
        return answer.path("status").asText();
    }

    private static byte[] csv() {
        StringBuilder text = new StringBuilder("email,firstName\n");
        for (int i = 0; i < ROWS; i++) {
            text.append("person")
                    .append(i)
                    .append("@example.com,Person ")
                    .append(i)
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
