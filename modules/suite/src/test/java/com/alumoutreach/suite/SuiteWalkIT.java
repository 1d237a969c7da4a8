package com.alumoutreach.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.testing.CommandResult;
import com.alumoutreach.suite.testing.RunningSuite;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user sees of a running suite, from outside its process. */
class SuiteWalkIT {
    @SuppressWarnings("NullAway.Init")
    private static RunningSuite suite;

    @BeforeAll
    static void start() {
        suite = RunningSuite.start();
    }

    @AfterAll
    static void stop() {
        suite.close();
    }

    @Test
    void contactMadeOverHttpIsCountedByClickHouseForItsTenantAlone() {
        JsonNode contact = EventCodec.mapper().createObjectNode().put("email", "ada@example.com");

        suite.api("walk-a").post("/api/contacts", contact);

        Awaitility.await("the event in ClickHouse")
                .until(() -> suite.api("walk-a")
                                .get("/api/analytics/events/counts")
                                .path("total")
                                .asLong()
                        == 1);
        assertThat(suite.api("walk-b")
                        .get("/api/analytics/events/counts")
                        .path("total")
                        .asLong())
                .isZero();
    }

    @Test
    void replayGivesAConsumerWhatTheLogsHoldAndChangesNoFigure() {
        suite.api("walk-r")
                .post("/api/contacts", EventCodec.mapper().createObjectNode().put("email", "rosa@example.com"));
        String[] replay = {
            "replay",
            "--durable",
            "ANALYTICS_INGEST_CONSUMER",
            "--from",
            "2026-01-01",
            "--tenant",
            "walk-r",
            "--dry-run"
        };
        assertThat(suite.alum(replay).out()).contains("contact.created", "1 event would be given.");
        Awaitility.await("the relay has published it")
                .untilAsserted(() -> assertThat(suite.alum(Arrays.copyOf(replay, replay.length - 1))
                                .out())
                        .contains("completed: 1 event given to ANALYTICS_INGEST_CONSUMER."));
        assertThat(suite.api("walk-r")
                        .get("/api/analytics/events/counts")
                        .path("total")
                        .asLong())
                .isEqualTo(1);
    }

    @Test
    void traceShowsEveryStationFromTheRequestToClickHouse() {
        String contact = suite.api("walk-t")
                .post("/api/contacts", EventCodec.mapper().createObjectNode().put("email", "tom@example.com"))
                .path("id")
                .asText();
        Awaitility.await("the last station")
                .untilAsserted(() -> assertThat(
                                suite.alum("trace", contact).out().lines())
                        .anyMatch(line -> line.contains("request") && line.contains("POST /api/contacts"))
                        .anyMatch(line -> line.contains("logged") && line.contains("contacts-service"))
                        .anyMatch(line -> line.contains("published") && line.contains("ALUM_EVENTS"))
                        .anyMatch(line -> line.contains("handled") && line.contains("SEGMENTS_CONTACT_CONSUMER"))
                        .anyMatch(line -> line.contains("archived") && line.contains("ClickHouse")));
        assertThatThrownBy(() -> suite.api("walk-b").get("/api/events/" + contact + "/journey"))
                .hasMessageContaining("JOURNEY_NOT_FOUND");
        assertThat(suite.alum("trace", "nobody-knows").exitCode()).isEqualTo(1);
    }

    @Test
    void everyTableThatBelongsToTenantsIsUnderRowLevelSecurity() {
        assertThat(suite.postgres().number("""
                SELECT count(*) FROM pg_class c
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('tenant_id', 'org_id')
                WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace > 16383
                  AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                           AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid))""")).isZero();
        assertThat(suite.postgres().number("SELECT count(*) FROM pg_policy")).isGreaterThan(10);
    }

    @Test
    void walkShowsEveryStationInOrder() {
        CommandResult walk = suite.alum("walk");

        assertThat(walk.exitCode()).as(walk.toString()).isZero();
        assertThat(walk.out().lines().map(line -> line.substring(0, 1))).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void secondUpSaysThatItRunsAlready() {
        assertThat(suite.alum("up", "--detach").out()).startsWith("AlumOutreach is up already.");
        assertThat(suite.alum("up").exitCode()).isEqualTo(1);
        assertThat(suite.alum("up").err()).contains("already").hasLineCount(1);
    }

    @Test
    void tokenStandsAloneOnTheLastLineAndOpensTheApi() {
        String token = suite.alum("token", "--tenant", "t", "--role", "analyst")
                .out()
                .lines()
                .toList()
                .getLast();

        assertThat(token.split("\\.")).hasSize(3);
    }

    @Test
    void databasesCanBeLookedIntoWithTheAddressesOfRunEnv() {
        assertThat(suite.postgres().number("SELECT count(*) FROM contacts.contacts WHERE tenant_id = ?", "nobody"))
                .isZero();
        assertThat(suite.clickHouse()
                        .number("SELECT count() FROM events WHERE tenant_id = {t:String}", Map.of("t", "nobody")))
                .isZero();
    }
}
