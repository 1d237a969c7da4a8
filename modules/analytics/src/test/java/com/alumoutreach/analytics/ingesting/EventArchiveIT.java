package com.alumoutreach.analytics.ingesting;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static com.alumoutreach.analytics.AnalyticsRun.event;
import static com.alumoutreach.analytics.AnalyticsRun.number;
import static com.alumoutreach.analytics.AnalyticsRun.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.consuming.RawBatchHandler.ArchivedEvent;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventArchiveIT {
    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    @BeforeEach
    void start() {
        service = AnalyticsRun.start();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void archivesEveryEventWithItsEnvelope() {
        EventEnvelope sent = event("pipeline.message.sent", "tenant-a");

        service.publish(sent);
        awaitRows(service, 1);

        assertThat(number(
                        service,
                        "SELECT toInt64(count()) AS n FROM events WHERE id = toUUID('" + sent.id()
                                + "') AND type = 'pipeline.message.sent' AND tenant_id = 'tenant-a'"
                                + " AND JSONExtractString(data, 'some') = 'thing' AND stream_position = 1"
                                + " AND toUnixTimestamp64Milli(occurred_at) = "
                                + sent.timestamp().toEpochMilli()))
                .isEqualTo(1);
    }

    @Test
    void archivesUnknownTypesAndTheRestOfABatchThatHoldsRubbish() {
        service.publish(event("contact.teleported", "tenant-a"));
        service.publish(event(EventIds.next(), "contact.created", "tenant-a", Instant.parse("9999-01-01T00:00:00Z")));
        service.publish(event("contact.created", "tenant-a"));
        service.publish("contact.created", "no json".getBytes(StandardCharsets.UTF_8));
        service.publish(event("contact.created", "tenant-a"));

        awaitRows(service, 3);

        assertThat(rows(service)).isEqualTo(3);
        assertThat(service.messages("ALUM_EVENTS_DLQ", ">")).hasSize(2);
    }

    @Test
    void redeliveryAndDuplicatesInABatchChangeNoCount() {
        List<ArchivedEvent> batch = batch(3_000);
        EventArchive archive = service.context().getBean(EventArchive.class);
        List<ArchivedEvent> withDuplicates = new ArrayList<>(batch);
        withDuplicates.addAll(batch.subList(0, 100));

        AnalyticsRun.archive(archive, withDuplicates);
        AnalyticsRun.archive(archive, batch);
        AnalyticsRun.archive(archive, batch.subList(2_990, 3_000));

        assertThat(rows(service)).isEqualTo(3_000);
    }

    @Test
    void writersAtTheSameTimeArchiveEachEventOnce() {
        List<ArchivedEvent> batch = batch(1_000);
        try (RunningService other = AnalyticsRun.start(service.servers())) {
            List<CompletableFuture<Void>> writers = IntStream.range(0, 6)
                    .mapToObj(i -> (i % 2 == 0 ? service : other).context().getBean(EventArchive.class))
                    .map(archive -> CompletableFuture.runAsync(() -> AnalyticsRun.archive(archive, batch)))
                    .toList();
            writers.forEach(CompletableFuture::join);
        }

        assertThat(rows(service)).isEqualTo(1_000);
    }

    @Test
    void takesABatchThatSpansMoreMonthsThanOneInsertMay() {
        Instant start = Instant.parse("1970-01-15T00:00:00Z");
        List<ArchivedEvent> batch = IntStream.range(0, 130)
                .mapToObj(month ->
                        event(EventIds.next(), "contact.created", "tenant-a", start.plusSeconds(month * 31L * 86_400)))
                .map(event -> new ArchivedEvent(event, 1, 1, null))
                .toList();

        AnalyticsRun.archive(service.context().getBean(EventArchive.class), batch);

        assertThat(rows(service)).isEqualTo(130);
    }

    private static List<ArchivedEvent> batch(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> new ArchivedEvent(event("contact.created", "tenant-" + i % 3), i + 1, 1, null))
                .toList();
    }
}
