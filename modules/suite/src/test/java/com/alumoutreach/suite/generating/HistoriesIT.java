package com.alumoutreach.suite.generating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.analytics.generating.EventGenerator;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.backbone.testing.TestToken;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.running.SuiteException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Histories go to the packaged analytics service, which runs alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoriesIT {
    private static final Path JAR = Path.of("..", "analytics", "target", "analytics-0.1.0-SNAPSHOT.jar");

    private final ServerAddresses servers = TestServers.get().newScope();
    private ServiceProcess analytics;

    @BeforeAll
    void start() {
        analytics = ServiceProcess.start(JAR, servers, Map.of()).awaitReady();
    }

    @AfterAll
    void stop() {
        analytics.close();
    }

    @Test
    void aHistoryThatIsToldTwiceIsThereOnceAndComplete() {
        EventGenerator history = history("told");
        long events = history.events().count();
        List<Long> progress = new ArrayList<>();

        assertThat(new HistoryToApi(() -> client("told"), progress::add).tell(history))
                .isEqualTo(new HistoryToApi.Told(events, 0));
        assertThat(rows("told")).isEqualTo(events);
        assertThat(progress).endsWith(events).hasSize(2);
        assertThat(new HistoryToApi(() -> client("told"), told -> {}).tell(history))
                .isEqualTo(new HistoryToApi.Told(0, events));
        assertThat(rows("told")).isEqualTo(events);
    }

    @Test
    void whatIsRefusedIsSaid() {
        EventGenerator tomorrow = new EventGenerator(
                new EventGenerator.Plan("hasty", 1, 1, 1, Instant.now().plusSeconds(10 * 86_400)));
        assertThatThrownBy(() -> new HistoryToApi(() -> client("hasty"), told -> {}).tell(tomorrow))
                .isInstanceOf(SuiteException.class)
                .hasMessageContaining("INVALID_TIMESTAMP");
    }

    @Test
    void historiesOfSeveralTenantsGoStraightIntoClickHouse() {
        // The table is there once the service has answered from it.
        client("straight-0").get("/api/outreach-events");
        HistoryToClickHouse clickHouse = new HistoryToClickHouse(clickHouse(), rows -> {});
        clickHouse.write("straight-0", history("straight-0"));
        clickHouse.write("straight-1", history("straight-1"));

        assertThat(clickHouse.finish()).isEqualTo(rows("straight-0") + rows("straight-1"));
        assertThat(rows("straight-1")).isEqualTo(history("straight-1").events().count());
    }

    private static EventGenerator history(String tenant) {
        return new EventGenerator(new EventGenerator.Plan(tenant, 1, 7, 15, Instant.parse("2026-01-27T10:00:00Z")));
    }

    private AlumClient client(String tenant) {
        return new AlumClient(analytics.url(), TestToken.of(tenant, Role.ADMIN));
    }

    private long rows(String tenant) {
        return clickHouse()
                .number("SELECT count() FROM events WHERE tenant_id = {tenant:String}", Map.of("tenant", tenant));
    }

    private ClickHouseQuery clickHouse() {
        return new ClickHouseQuery(servers.clickhouseUrl()
                        .replace("://", "://" + servers.clickhouseUser() + ":" + servers.clickhousePassword() + "@")
                + "/" + servers.clickhouseDatabase());
    }
}
