package com.alumoutreach.analytics.ingesting;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static com.alumoutreach.analytics.AnalyticsRun.event;
import static com.alumoutreach.analytics.AnalyticsRun.number;
import static com.alumoutreach.analytics.AnalyticsRun.rows;
import static com.alumoutreach.backbone.testing.OtlpReceiver.attribute;
import static com.alumoutreach.backbone.testing.OtlpReceiver.idOf;
import static com.alumoutreach.backbone.testing.OtlpReceiver.parentOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.backbone.testing.OtlpReceiver;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.embedded.TestServers;
import io.nats.client.JetStreamApiException;
import io.nats.client.impl.Headers;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The last station of a trace. */
class TracedArchiveIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void theInsertIntoClickHouseEndsTheTraceAndTheRowNamesIt() throws Exception {
        try (OtlpReceiver collector = OtlpReceiver.start();
                RunningService service = RunningService.start(TestServers.get().newScope(), collector.properties())) {
            publish(service, event("contact.created", "tenant-a"));

            List<Span> spans = await().until(() -> collector.ofTrace(TRACE), found -> found.size() == 2);
            Span handled = spans.stream()
                    .filter(span -> "00f067aa0ba902b7".equals(parentOf(span)))
                    .findFirst()
                    .orElseThrow();
            Span insert = spans.stream()
                    .filter(span -> span.getName().equals("INSERT events"))
                    .findFirst()
                    .orElseThrow();
            assertThat(attribute(handled, "messaging.consumer.group.name")).isEqualTo("ANALYTICS_INGEST_CONSUMER");
            assertThat(parentOf(insert)).isEqualTo(idOf(handled));
            assertThat(attribute(insert, "db.system.name")).isEqualTo("clickhouse");
            assertThat(number(service, "SELECT toInt64(count()) AS n FROM events WHERE trace_id = '" + TRACE + "'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aTableFromBeforeThereWereTracesGetsTheColumnAndKeepsItsRows() {
        var servers = TestServers.get().newScope();
        try (RunningService before = AnalyticsRun.start(servers)) {
            before.publish(event("contact.created", "tenant-a"));
            awaitRows(before, 1);
            before.context().getBean(ClickHouse.class).query("ALTER TABLE events DROP COLUMN trace_id", Map.of());
            // Nor were there numbered migrations then.
            before.context().getBean(ClickHouse.class).query("DROP TABLE schema_versions", Map.of());
        }
        try (RunningService after = AnalyticsRun.start(servers)) {
            after.publish(event("contact.created", "tenant-a"));
            awaitRows(after, 2);
            assertThat(rows(after)).isEqualTo(2);
            assertThat(number(after, "SELECT toInt64(count()) AS n FROM events WHERE trace_id = ''"))
                    .isEqualTo(2);
        }
    }

    private static void publish(RunningService service, EventEnvelope event) {
        Headers headers = new Headers().put("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
        await().ignoreException(IOException.class)
                .ignoreException(JetStreamApiException.class)
                .until(() -> service.nats()
                                .jetStream()
                                .publish(event.type(), headers, EventCodec.write(event))
                                .getSeqno()
                        > 0);
    }
}
