package com.alumoutreach.analytics.ingesting;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static com.alumoutreach.analytics.AnalyticsRun.event;
import static com.alumoutreach.analytics.AnalyticsRun.number;
import static com.alumoutreach.analytics.AnalyticsRun.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.analytics.clickhouse.ClickHouseAwayException;
import com.alumoutreach.analytics.ingesting.CuttingProxy.Cut;
import com.alumoutreach.backbone.consuming.RawBatchHandler.ArchivedEvent;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.ServerKind;
import com.alumoutreach.embedded.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever breaks in the middle, every event is there, once, and as it was published. */
class IngestUnderFaultsIT {
    private static final long SEED = Long.getLong("alum.seed", 1);
    private static final int CUTS = Integer.getInteger("alum.cuts", 100);
    /** Enough that no batch waits for more. */
    private static final int BATCH = 1_000;

    /** Of a row as it was published: what it is, whose, when, and its data. */
    private static final String CHECKSUM =
            "SELECT reinterpretAsInt64(groupBitXor(sipHash64(toString(id), type, tenant_id, toUnixTimestamp64Milli(occurred_at), data))) AS n FROM ";

    @Test
    void cutConnectionsNeitherLoseNorRepeatARow() {
        ServerAddresses servers = TestServers.get().newScope();
        Random random = new Random(SEED);
        try (CuttingProxy proxy = CuttingProxy.before(servers.clickhouseUrl());
                RunningService cut = RunningService.start(servers, Map.of("clickhouse.url", proxy.url()));
                RunningService other = AnalyticsRun.start(servers)) {
            EventArchive archive = cut.context().getBean(EventArchive.class);
            List<EventEnvelope> published = new ArrayList<>();
            long position = 0;
            while (proxy.cuts() < CUTS) {
                List<EventEnvelope> batch = events(BATCH);
                published.addAll(batch);
                for (int attempt = 1; !archived(archive, deliveries(batch, position, attempt)); attempt++) {
                    assertThat(attempt).isLessThan(50);
                    // Now and then it fails again, or the other instance has its turn.
                    arm(proxy, random, 0.3);
                    if (random.nextInt(10) == 0) {
                        AnalyticsRun.archive(
                                other.context().getBean(EventArchive.class), deliveries(batch, position, attempt + 1));
                    }
                }
                position += BATCH;
                arm(proxy, random, 1);
            }

            assertThat(rows(other)).isEqualTo(published.size());
            assertSame(other, published);
        }
    }

    @Test
    void killedClickHouseHasEveryRowOnceWhenItIsBack(@TempDir Path data) {
        try (EmbeddedServers servers = EmbeddedServers.start(data, line -> {});
                RunningService service = RunningService.start(servers.addresses(), Map.of())) {
            List<EventEnvelope> published = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                List<EventEnvelope> some = events(300);
                some.forEach(service::publish);
                published.addAll(some);
                if (round < 2) {
                    servers.kill(ServerKind.CLICKHOUSE);
                    List<EventEnvelope> meanwhile = events(100);
                    meanwhile.forEach(service::publish);
                    published.addAll(meanwhile);
                    servers.start(ServerKind.CLICKHOUSE);
                }
            }

            await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(() -> rows(service) >= published.size());
            assertThat(rows(service)).isEqualTo(published.size());
            assertSame(service, published);
        }
    }

    @Test
    void duplicatedAndReorderedStreamCountsOnce() {
        try (RunningService service = AnalyticsRun.start()) {
            Random random = new Random(SEED);
            List<EventEnvelope> published = events(600);
            List<EventEnvelope> stream = new ArrayList<>(published);
            stream.addAll(published.subList(0, 300));
            stream.addAll(published.subList(200, 400));
            Collections.shuffle(stream, random);

            // As a client does that knows nothing of message ids.
            stream.forEach(event -> service.publish(event.type(), EventCodec.write(event)));
            EventEnvelope last = event("contact.created", "tenant-last");
            service.publish(last);
            await().until(() ->
                    number(service, "SELECT toInt64(count()) AS n FROM events WHERE tenant_id = 'tenant-last'") == 1);

            assertThat(rows(service)).isEqualTo(published.size() + 1);
            published.add(last);
            assertSame(service, published);
        }
    }

    @Test
    void publishedTwiceByAForeignClientCountsOnceAlsoAfterOthersAndARestart() {
        ServerAddresses servers = TestServers.get().newScope();
        EventEnvelope event = event("pipeline.message.sent", "tenant-a");
        try (RunningService service = AnalyticsRun.start(servers)) {
            service.publish(event.type(), EventCodec.write(event));
            awaitRows(service, 1);
            events(10).forEach(service::publish);
            awaitRows(service, 11);
            service.publish(event.type(), EventCodec.write(event));
        }
        try (RunningService service = AnalyticsRun.start(servers)) {
            service.publish(event.type(), EventCodec.write(event));
            service.publish(event("pipeline.message.sent", "tenant-last"));
            awaitRows(service, 12);

            assertThat(rows(service)).isEqualTo(12);
        }
    }

    @Test
    void sameIdOfAnotherTenantIsAnotherEvent() {
        try (RunningService service = AnalyticsRun.start()) {
            UUID id = EventIds.next();
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            EventArchive archive = service.context().getBean(EventArchive.class);
            List<EventEnvelope> both = List.of(
                    event(id, "contact.created", "tenant-a", now), event(id, "contact.created", "tenant-b", now));

            AnalyticsRun.archive(archive, deliveries(both.subList(0, 1), 0, 1));
            AnalyticsRun.archive(archive, deliveries(both, 1, 2));
            AnalyticsRun.archive(archive, deliveries(both, 1, 2));

            assertThat(rows(service)).isEqualTo(2);
            assertSame(service, both);
        }
    }

    @Test
    void whatWasDeletedByHandComesBackWithAReplayAndWhatWasAddedByHandIsSeen() {
        try (RunningService service = AnalyticsRun.start()) {
            EventArchive archive = service.context().getBean(EventArchive.class);
            List<EventEnvelope> published = events(20);
            AnalyticsRun.archive(archive, deliveries(published, 1, 1));
            number(service, "SELECT toInt64(count()) AS n FROM events");
            service.context()
                    .getBean(com.alumoutreach.analytics.clickhouse.ClickHouse.class)
                    .query(
                            "ALTER TABLE events DELETE WHERE id = toUUID('"
                                    + published.get(3).id() + "') SETTINGS mutations_sync = 2",
                            Map.of());
            assertThat(rows(service)).isEqualTo(19);

            AnalyticsRun.archive(archive, deliveries(published, -20, 1));

            assertThat(rows(service)).isEqualTo(20);
            assertSame(service, published);
        }
    }

    private static void arm(CuttingProxy proxy, Random random, double chance) {
        if (random.nextDouble() < chance) {
            // A batch is about 250 KB; up to its head, somewhere in the middle, or after all of it.
            proxy.cutNextInsert(
                    switch (random.nextInt(4)) {
                        case 0 -> new Cut(random.nextInt(600));
                        case 1 -> new Cut(random.nextInt(200_000));
                        default -> Cut.BEFORE_THE_ANSWER;
                    });
        }
    }

    private static boolean archived(EventArchive archive, List<ArchivedEvent> batch) {
        try {
            AnalyticsRun.archive(archive, batch);
            return true;
        } catch (ClickHouseAwayException e) {
            return false;
        }
    }

    private static List<EventEnvelope> events(int count) {
        List<EventEnvelope> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(event(i % 3 == 0 ? "contact.created" : "pipeline.message.sent", "tenant-" + i % 7));
        }
        return events;
    }

    /** @param position below 1 of events that come another way than by the stream */
    private static List<ArchivedEvent> deliveries(List<EventEnvelope> events, long position, long attempt) {
        List<ArchivedEvent> deliveries = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            deliveries.add(new ArchivedEvent(events.get(i), Math.max(0, position + i), attempt, null));
        }
        return deliveries;
    }

    /** The same checksum over the rows and over what was published. */
    private static void assertSame(RunningService service, List<EventEnvelope> published) {
        long expected = 0;
        for (int from = 0; from < published.size(); from += BATCH) {
            StringBuilder values =
                    new StringBuilder("VALUES('id String, type String, tenant_id String, at Int64, data String'");
            for (EventEnvelope event : published.subList(from, Math.min(from + BATCH, published.size()))) {
                values.append(",('")
                        .append(event.id())
                        .append("','")
                        .append(event.type())
                        .append("','")
                        .append(event.tenantId())
                        .append("',")
                        .append(event.timestamp().toEpochMilli())
                        .append(",'")
                        .append(event.data())
                        .append("')");
            }
            values.append(')');
            expected ^= number(service, CHECKSUM.replace("toUnixTimestamp64Milli(occurred_at)", "at") + values);
        }
        assertThat(number(service, CHECKSUM + "events")).isEqualTo(expected);
    }
}
