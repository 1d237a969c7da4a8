package com.alumoutreach.backbone.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.contact.ContactTagged;
import com.alumoutreach.contracts.work.SendMessage;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.inject.qualifiers.Qualifiers;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What two services logged, read by one of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServiceLogsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECOND = "second";
    private static final Instant EPOCH = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant FAR = Instant.parse("2100-01-01T00:00:00Z");

    private RunningService probe;
    private RunningService second;
    private ServiceLogs logs;

    /** Another service of the house. */
    @Factory
    @Requires(property = "probe.second", value = "true")
    static final class SecondModule {
        @Singleton
        @Named(SECOND)
        ServiceModule module() {
            return new ServiceModule(SECOND);
        }
    }

    @BeforeAll
    void start() {
        probe = RunningService.start(Map.of("probe.enabled", "true", "alum.services", "probe,second"));
        second = startSecond();
        logs = probe.context().getBean(ServiceLogs.class);
        await("both answer")
                .atMost(PATIENCE)
                .until(() -> logs.summaries(null, EPOCH, EPOCH.plusSeconds(1), hour -> {})
                        .isEmpty());
    }

    @AfterAll
    void stop() {
        second.close();
        probe.close();
    }

    @Test
    void theEventsOfATenantAreReadAsTheyWerePublished() {
        UUID first = append(probe, ProbeModule.NAME, "tenant-read", List.of(tagged("a")))
                .getFirst();
        UUID other = append(second, SECOND, "tenant-read", List.of(tagged("b"))).getFirst();
        append(probe, ProbeModule.NAME, "tenant-read-2", List.of(tagged("c")));

        List<EventEnvelope> read = read("tenant-read", List.of());

        assertThat(read).extracting(EventEnvelope::id).containsExactly(first, other);
        await("it is published").atMost(PATIENCE).until(() -> !published(other).isEmpty());
        assertThat(read.getLast()).isEqualTo(published(other).getFirst());
    }

    @Test
    void largeEventsComeInManyPagesEachOnce() {
        List<Event> events = new ArrayList<>();
        // 40 KB each, so that 22 fill a page.
        IntStream.range(0, 300).forEach(i -> events.add(tagged(i + "x".repeat(40_000))));
        // And one as large as events may be, in between.
        String large = "x".repeat(220_000);
        events.add(new ContactTagged("contact", large, List.of(large, large, large), 1L));
        IntStream.range(0, 4_699).forEach(i -> events.add(tagged("small " + i)));
        List<UUID> ids = append(second, SECOND, "tenant-large", events);

        assertThat(read("tenant-large", List.of()).stream().map(EventEnvelope::id))
                .containsExactlyElementsOf(ids);
    }

    @Test
    void allTenantsAreReadOneAfterTheOther() {
        Map<String, Integer> expected = new HashMap<>();
        for (int tenant = 0; tenant < 40; tenant++) {
            String name = "tenant-all-" + tenant + " é";
            append(probe, ProbeModule.NAME, name, many(tenant * 5 + 1));
            expected.put(name, tenant * 5 + 1);
        }

        List<EventEnvelope> read = read(null, List.of());

        assertThat(read).extracting(EventEnvelope::id).doesNotHaveDuplicates();
        expected.forEach((tenant, count) -> assertThat(read)
                .filteredOn(event -> event.tenantId().equals(tenant))
                .hasSize(count));
    }

    @Test
    void typesAndTimesAreKeptToAndCommandsAreNoEvents() {
        append(probe, ProbeModule.NAME, "tenant-some", List.of(tagged("a"), ProbeModule.created("c", "web", 1)));
        append(
                probe,
                ProbeModule.NAME,
                "tenant-some",
                List.of(new SendMessage(
                        "m", "email", "c", "ada@example.com", null, null, null, null, null, null, null)));

        assertThat(read("tenant-some", List.of())).hasSize(2);
        assertThat(read("tenant-some", List.of("contact.created")))
                .singleElement()
                .satisfies(event -> assertThat(event.type()).isEqualTo("contact.created"));
        Instant at = read("tenant-some", List.of()).getFirst().timestamp();
        assertThat(between("tenant-some", at, at.plusMillis(1))).hasSize(2);
        assertThat(between("tenant-some", EPOCH, at)).isEmpty();
        assertThat(between("tenant-some", at.plusMillis(1), FAR)).isEmpty();
    }

    @Test
    void summariesCountWhatIsThereByTenantAndHour() throws Exception {
        Map<Instant, Long> sums = new HashMap<>();
        Map<Instant, Long> counts = new HashMap<>();
        append(probe, ProbeModule.NAME, "tenant-sum", many(700));
        for (EventEnvelope event : read("tenant-sum", List.of())) {
            Instant hour = event.timestamp().truncatedTo(ChronoUnit.HOURS);
            counts.merge(hour, 1L, Long::sum);
            sums.merge(hour, checksum(event.id()), Long::sum);
        }

        List<HourSummary> hours = new ArrayList<>();
        Instant now = Instant.now();
        Set<String> silent =
                logs.summaries("tenant-sum", now.minus(Duration.ofDays(2)), now.plus(Duration.ofHours(1)), hours::add);

        assertThat(silent).isEmpty();
        assertThat(hours)
                .extracting(HourSummary::hour, HourSummary::events, HourSummary::checksum)
                .containsExactlyInAnyOrderElementsOf(counts.entrySet().stream()
                        .map(hour -> org.assertj.core.groups.Tuple.tuple(
                                hour.getKey(), hour.getValue(), sums.get(hour.getKey())))
                        .toList());
    }

    @Test
    void summariesOfMoreTenantsThanAnAnswerHoldsAreComplete() {
        for (int i = 0; i < 620; i++) {
            append(second, SECOND, "tenant-many-" + i, List.of(tagged("a")));
        }
        Collection<String> tenants = new HashSet<>();

        Instant now = Instant.now();
        assertThat(logs.summaries(SECOND, null, now.minusSeconds(3_600), now.plusSeconds(60), hour -> {
                    assertThat(hour.service()).isEqualTo(SECOND);
                    tenants.add(hour.tenantId());
                }))
                .isTrue();

        assertThat(tenants.stream().filter(tenant -> tenant.startsWith("tenant-many-")))
                .hasSize(620);
    }

    @Test
    void aServiceThatIsNotThereIsNamed() {
        try (RunningService asking = RunningService.start(
                probe.servers(), Map.of("probe.enabled", "true", "alum.services", "probe,second,third"))) {
            Instant begin = Instant.now();
            List<EventEnvelope> found = new ArrayList<>();
            Set<String> silent = asking.context()
                    .getBean(ServiceLogs.class)
                    .read(ProbeModule.TENANT, List.of(), EPOCH, FAR, found::add);

            assertThat(silent).containsExactly("third");
            assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void aServiceThatIsStartedAnewBetweenTwoPagesIsReadToTheEnd() {
        List<Event> events = new ArrayList<>();
        IntStream.range(0, 60).forEach(i -> events.add(tagged(i + "x".repeat(40_000))));
        List<UUID> ids = append(second, SECOND, "tenant-restart", events);
        List<UUID> read = new ArrayList<>();

        boolean complete = logs.read(SECOND, "tenant-restart", List.of(), EPOCH, FAR, row -> {
            if (read.isEmpty()) {
                second.close();
                Thread.ofVirtual().start(() -> second = startSecond());
            }
            read.add(row.id());
        });

        assertThat(complete).isTrue();
        assertThat(read).containsExactlyElementsOf(ids);
        await("it is there for the next test")
                .atMost(PATIENCE)
                .until(() -> logs.read(SECOND, "tenant-none", List.of(), EPOCH, FAR, row -> {}));
    }

    private RunningService startSecond() {
        return RunningService.start(probe.servers(), Map.of("probe.second", "true"));
    }

    private List<EventEnvelope> read(@Nullable String tenant, List<String> types) {
        List<EventEnvelope> found = new ArrayList<>();
        assertThat(logs.read(tenant, types, EPOCH, FAR, found::add)).isEmpty();
        return found;
    }

    private List<EventEnvelope> between(String tenant, Instant from, Instant to) {
        List<EventEnvelope> found = new ArrayList<>();
        assertThat(logs.read(tenant, List.of(), from, to, found::add)).isEmpty();
        return found;
    }

    private List<EventEnvelope> published(UUID id) {
        return probe.events("contact.tagged").stream()
                .filter(event -> event.id().equals(id))
                .toList();
    }

    private static List<Event> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> (Event) tagged("t" + i)).toList();
    }

    private static ContactTagged tagged(String tag) {
        return new ContactTagged("contact", tag, null, 1L);
    }

    private static List<UUID> append(RunningService service, String module, String tenant, List<Event> events) {
        EventLog log = service.context().getBean(EventLog.class, Qualifiers.byName(module));
        EventContext context = EventContext.background(tenant, "logs", module);
        return service.database()
                .inTransaction(
                        tenant,
                        tx -> log.appendAll(
                                tx,
                                events.stream()
                                        .map(event -> new EventLog.Entry(context, event))
                                        .toList()));
    }

    /** By its definition, in Java. */
    private static long checksum(UUID id) throws Exception {
        byte[] hash = MessageDigest.getInstance("MD5").digest(id.toString().getBytes(StandardCharsets.US_ASCII));
        return new BigInteger(1, Arrays.copyOf(hash, 8)).longValue();
    }
}
