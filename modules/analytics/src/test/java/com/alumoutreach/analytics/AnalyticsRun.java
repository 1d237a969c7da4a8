package com.alumoutreach.analytics;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.ingesting.EventArchive;
import com.alumoutreach.backbone.consuming.RawBatchHandler.ArchivedEvent;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;

/** Words that the tests of this service share: publish something, look into ClickHouse, wait for a number. */
public final class AnalyticsRun {
    private AnalyticsRun() {}

    /** The service on databases of its own. */
    public static RunningService start() {
        return start(TestServers.get().newScope());
    }

    /** Another instance on the same databases. */
    public static RunningService start(ServerAddresses servers) {
        return RunningService.start(servers, Map.of());
    }

    public static EventEnvelope event(String type, String tenant) {
        return event(EventIds.next(), type, tenant, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    public static EventEnvelope event(UUID id, String type, String tenant, Instant timestamp) {
        return new EventEnvelope(
                id,
                type,
                "1.0",
                "test-service",
                timestamp,
                tenant,
                "correlation",
                null,
                null,
                null,
                EventCodec.mapper().createObjectNode().put("some", "thing"),
                Map.of());
    }

    /** Plain rows, duplicates and all. */
    /** As the consumer hands a batch over. */
    public static void archive(EventArchive archive, List<ArchivedEvent> batch) {
        archive.store(batch.stream().map(archive::read).toList());
    }

    public static long rows(RunningService service) {
        return number(service, "SELECT toInt64(count()) AS n FROM events");
    }

    public static long number(RunningService service, String sql) {
        return service.context()
                .getBean(ClickHouse.class)
                .query(sql, Map.of())
                .getFirst()
                .getLong("n");
    }

    public static void awaitRows(RunningService service, long expected) {
        Awaitility.await(expected + " rows in ClickHouse").until(() -> rows(service) >= expected);
    }
}
