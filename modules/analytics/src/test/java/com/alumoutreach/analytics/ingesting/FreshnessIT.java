package com.alumoutreach.analytics.ingesting;

import static com.alumoutreach.analytics.AnalyticsRun.event;

import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.Scrape;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshnessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @Test
    void figuresGrowOldWhileClickHouseIsAwayAndTheirAgeIsUnknownWithoutNats(@TempDir Path data) {
        try (EmbeddedServers servers = EmbeddedServers.start(data, line -> {});
                RunningService service = RunningService.start(servers.addresses(), Map.of())) {
            service.publish(event("contact.created", "tenant-a"));
            awaitFreshness(service, age -> age.orElse(-1) == 0);

            servers.kill(ServerKind.CLICKHOUSE);
            service.publish(event("contact.created", "tenant-a"));
            awaitFreshness(service, age -> age.orElse(0) > 1);

            servers.kill(ServerKind.NATS);
            awaitFreshness(service, OptionalDouble::isEmpty);
        }
    }

    private static void awaitFreshness(RunningService service, Predicate<OptionalDouble> condition) {
        BackgroundWorks works = service.context().getBean(BackgroundWorks.class);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            works.wake("analytics-freshness");
                            return Scrape.of(service).value("clickhouse_freshness_seconds");
                        },
                        condition);
    }
}
