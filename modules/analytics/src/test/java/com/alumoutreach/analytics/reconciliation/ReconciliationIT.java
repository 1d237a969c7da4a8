package com.alumoutreach.analytics.reconciliation;

import static com.alumoutreach.analytics.AnalyticsRun.awaitRows;
import static com.alumoutreach.analytics.AnalyticsRun.event;
import static com.alumoutreach.analytics.AnalyticsRun.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.module.BackgroundWorks;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.Scrape;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ClickHouse against the logs of analytics and of one other service. */
class ReconciliationIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PATH = "/api/analytics/reconciliations";
    private static final Instant YESTERDAY =
            Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(20));

    private RunningService service;
    private String platform;

    @BeforeEach
    void start() {
        service = start(TestServers.get().newScope(), "analytics,contacts");
        platform = service.token(Caller.PLATFORM_TENANT, Role.ADMIN);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void whatIsTheSameAgreesAndIsDoneQuickly() {
        ContactsLog.append(service, "tenant-a", 50);
        ContactsLog.append(service, "tenant-b", YESTERDAY, 50);
        awaitRows(service, 100);
        Instant begin = Instant.now();

        JsonNode done = reconcile(platform);

        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertOutcome(done, 100, 0, 0, 0);
        assertThat(done.at("/outcome/agreed").booleanValue()).isTrue();
        assertThat(done.at("/outcome/differences")).isEmpty();
    }

    @Test
    void rowsThatWereDeletedByHandAreFoundAndGivenAgain() {
        ContactsLog.append(service, "tenant-a", 100);
        ContactsLog.append(service, "tenant-a", YESTERDAY, 1_500);
        ContactsLog.append(service, "tenant-b", YESTERDAY, 40);
        awaitRows(service, 1_640);
        String fingerprint = fingerprint();
        clickHouse("ALTER TABLE events DELETE WHERE tenant_id = 'tenant-a' AND occurred_at < now() - INTERVAL 5 HOUR"
                + " AND cityHash64(id) % 2 = 0 SETTINGS mutations_sync = 1");
        long gone = 1_640 - rows();
        assertThat(gone).isGreaterThan(500);

        JsonNode done = reconcile(platform);

        assertOutcome(done, 1_640, gone, 0, 0);
        assertThat(done.at("/outcome/replayed").longValue()).isEqualTo(gone);
        assertThat(done.at("/outcome/agreed").booleanValue()).isTrue();
        JsonNode hour = done.at("/outcome/differences/0");
        assertThat(hour.path("service").textValue()).isEqualTo("contacts");
        assertThat(hour.path("tenantId").textValue()).isEqualTo("tenant-a");
        assertThat(hour.path("hour").textValue()).isEqualTo(YESTERDAY.toString());
        assertThat(hour.path("missingIds")).hasSize(Outcome.MAX_IDS);
        assertThat(fingerprint()).as("every row as it was, each once").isEqualTo(fingerprint);
        awaitPublished(done, gone, 0, true);
        assertFigures(gone, 0);
    }

    @Test
    void whatIsInNoLogIsNamedAndOfOthersNothingIsSaid() {
        ContactsLog.append(service, "tenant-a", 10);
        service.publish(event("contact.created", "tenant-a"));
        EventEnvelope surplus = ofContacts(event("contact.created", "tenant-a"));
        service.publish(surplus);
        awaitRows(service, 12);

        JsonNode done = reconcile(platform);

        assertOutcome(done, 10, 0, 1, 0);
        assertThat(done.at("/outcome/agreed").booleanValue()).isFalse();
        assertThat(done.at("/outcome/differences/0/surplusIds/0").textValue())
                .isEqualTo(surplus.id().toString());
        assertThat(rows()).isEqualTo(12);
        awaitPublished(done, 0, 1, false);
    }

    @Test
    void anEventThatIsThereTwiceIsNoDifference() {
        ContactsLog.append(service, "tenant-a", 10);
        awaitRows(service, 10);
        clickHouse("SYSTEM STOP MERGES events");
        clickHouse("INSERT INTO events SELECT * FROM events LIMIT 3");
        assertThat(rows()).isEqualTo(13);

        JsonNode done = reconcile(platform);

        assertOutcome(done, 10, 0, 0, 0);
        assertThat(done.at("/outcome/agreed").booleanValue()).isTrue();
    }

    @Test
    void aTenantsAdminComparesItsOwnEventsAndSeesNoOthers() {
        ContactsLog.append(service, "tenant-a", 10);
        ContactsLog.append(service, "tenant-b", 10);
        awaitRows(service, 20);
        clickHouse("ALTER TABLE events DELETE WHERE true SETTINGS mutations_sync = 1");
        String ofA = service.token("tenant-a", Role.ADMIN);

        JsonNode done = reconcile(ofA);

        assertOutcome(done, 10, 10, 0, 0);
        assertThat(number(service, "SELECT toInt64(count()) AS n FROM events WHERE tenant_id = 'tenant-b'"))
                .isZero();
        String path = PATH + "/" + done.path("id").textValue();
        String ofB = service.token("tenant-b", Role.ADMIN);
        assertThat(service.get(path, ofB).statusCode()).isEqualTo(404);
        assertThat(json(service.get(PATH, ofB), 200).path("items")).isEmpty();
        assertThat(json(service.get(path, platform), 200).path("tenantId").textValue())
                .isEqualTo("tenant-a");
        assertThat(service.post(PATH, wish(), service.token("tenant-a", Role.OPERATOR))
                        .statusCode())
                .isEqualTo(403);
        JsonNode ofAll = reconcile(platform);
        assertThat(service.get(PATH + "/" + ofAll.path("id").textValue(), ofA).statusCode())
                .isEqualTo(404);
        assertThat(json(service.get(PATH + "?limit=1", platform), 200).at("/items/0/id"))
                .isEqualTo(ofAll.path("id"));
    }

    @Test
    void aServiceThatIsAwayLeavesItIncomplete() {
        service.close();
        service = start(service.servers(), "analytics,contacts,gone");
        ContactsLog.append(service, "tenant-a", 10);
        awaitRows(service, 10);
        service.publish(new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "1.0",
                "gone-service",
                Instant.now().truncatedTo(ChronoUnit.MILLIS),
                "tenant-a",
                "c",
                null,
                null,
                null,
                EventCodec.mapper().createObjectNode(),
                Map.of()));
        clickHouse("ALTER TABLE events DELETE WHERE source = 'contacts-service' SETTINGS mutations_sync = 1");

        JsonNode done = reconcile(platform);

        assertOutcome(done, 10, 10, 0, 0);
        assertThat(done.at("/outcome/incomplete/0").textValue()).isEqualTo("gone");
        assertThat(done.at("/outcome/agreed").booleanValue()).isFalse();
    }

    @Test
    void twoInstancesTakeTurnsAndRepairOnce() {
        ContactsLog.append(service, "tenant-a", YESTERDAY, 800);
        awaitRows(service, 800);
        clickHouse("ALTER TABLE events DELETE WHERE cityHash64(id) % 3 = 0 SETTINGS mutations_sync = 1");
        long gone = 800 - rows();
        try (RunningService other = start(service.servers(), "analytics,contacts")) {
            String one = begun(service);
            String two = begun(other);

            JsonNode first = completed(service, one, platform);
            JsonNode second = completed(other, two, platform);

            assertThat(first.at("/outcome/missing").longValue()
                            + second.at("/outcome/missing").longValue())
                    .isEqualTo(gone);
            assertThat(first.at("/outcome/agreed").booleanValue()
                            && second.at("/outcome/agreed").booleanValue())
                    .isTrue();
            assertThat(rows()).isEqualTo(800);
        }
    }

    @Test
    void whileOneInstanceComparesTheOthersWait() {
        try (Handle elsewhere = service.database().open()) {
            lock(elsewhere, "pg_advisory_lock");
            String id = begun(service);
            await().pollDelay(Duration.ofSeconds(1)).until(() -> attempts() == 0);
            lock(elsewhere, "pg_advisory_unlock");

            service.context().getBean(BackgroundWorks.class).wake(ReconciliationWork.NAME);

            assertThat(completed(service, id, platform).path("status").textValue())
                    .isEqualTo("completed");
            assertThat(attempts()).isEqualTo(1);
        }
    }

    @Test
    void aTenantHasOneAtATime() {
        String tenant = service.token("tenant-a", Role.ADMIN);
        try (Handle elsewhere = service.database().open()) {
            lock(elsewhere, "pg_advisory_lock");
            json(service.post(PATH, wish(), tenant), 202);

            assertThat(json(service.post(PATH, wish(), tenant), 409)
                            .path("code")
                            .textValue())
                    .isEqualTo("RECONCILIATION_RUNNING");
            json(service.post(PATH, wish(), service.token("tenant-b", Role.ADMIN)), 202);
        }
    }

    private static void lock(Handle session, String function) {
        session.createQuery("SELECT " + function + "(hashtextextended('alum.analytics.reconciliation', 0))::text")
                .mapTo(String.class)
                .one();
    }

    private long attempts() {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery("SELECT sum(attempts) FROM analytics.reconciliations")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void aNightThatWasMissedIsMadeUpForOnce() {
        service.database()
                .inSystemTransaction(
                        tx -> tx.execute(
                                "INSERT INTO analytics.reconciliations (id, from_at, to_at, requested_by, night, status, outcome, completed_at)"
                                        + " VALUES (gen_random_uuid(), now(), now(), 'x', current_date - 3, 'completed',"
                                        + " '{\"agreed\": true, \"incomplete\": [], \"differences\": []}', now() - interval '3 days')"));
        try (RunningService other = start(service.servers(), "analytics,contacts")) {
            await().atMost(PATIENCE)
                    .until(() ->
                            json(other.get(PATH, platform), 200).path("items").size() == 2);
            JsonNode night = json(other.get(PATH, platform), 200).at("/items/0");
            assertThat(completed(other, night.path("id").textValue(), platform)
                            .at("/outcome/agreed")
                            .booleanValue())
                    .isTrue();
            assertThat(json(service.get(PATH, platform), 200).path("items")).hasSize(2);
        }
    }

    @Test
    void aWishThatMakesNoSenseIsRefusedAndAKeyTakesEffectOnce() {
        assertThat(json(service.post(PATH, "{\"from\":\"2030-01-01T00:00:00Z\"}", platform), 400)
                        .path("code")
                        .textValue())
                .isEqualTo("INVALID_RANGE");
        assertThat(json(service.post(PATH, "{\"from\":\"1990-01-01T00:00:00Z\"}", platform), 400)
                        .path("code")
                        .textValue())
                .isEqualTo("INVALID_RANGE");
        String longAgo = "{\"from\":\"-999999999-01-01T00:00:00Z\",\"to\":\"-999999999-01-02T00:00:00Z\"}";
        assertThat(json(service.post(PATH, longAgo, platform), 400).path("code").textValue())
                .isEqualTo("INVALID_RANGE");
        String wish = wish();
        JsonNode first = json(service.send("POST", PATH, wish, platform, "Idempotency-Key", "k"), 202);
        JsonNode again = json(service.send("POST", PATH, wish, platform, "Idempotency-Key", "k"), 202);
        assertThat(again).isEqualTo(first);
        JsonNode usual = json(service.post(PATH, "{}", platform), 202);
        assertThat(Duration.between(
                        Instant.parse(usual.path("from").textValue()),
                        Instant.parse(usual.path("to").textValue())))
                .isEqualTo(Duration.ofHours(48));
        assertThat(Instant.parse(usual.path("to").textValue()))
                .isBefore(Instant.now().minusSeconds(200));
    }

    private static RunningService start(ServerAddresses servers, String services) {
        return RunningService.start(servers, Map.of("test.contacts", "true", "alum.services", services));
    }

    private static String wish() {
        return "{\"from\":\"" + Instant.now().minus(Duration.ofHours(48)) + "\",\"to\":\"" + Instant.now() + "\"}";
    }

    private JsonNode reconcile(String token) {
        JsonNode begun = json(service.post(PATH, wish(), token), 202);
        return completed(service, begun.path("id").textValue(), token);
    }

    private String begun(RunningService instance) {
        return json(instance.post(PATH, wish(), platform), 202).path("id").textValue();
    }

    private static JsonNode completed(RunningService instance, String id, String token) {
        await("the comparison ends")
                .atMost(PATIENCE)
                .until(() -> !json(instance.get(PATH + "/" + id, token), 200)
                        .path("status")
                        .textValue()
                        .equals("running"));
        return json(instance.get(PATH + "/" + id, token), 200);
    }

    /** Of contacts; what analytics itself logged may be compared as well. */
    private static void assertOutcome(JsonNode done, long compared, long missing, long surplus, long remaining) {
        assertThat(done.path("status").textValue()).as(done.toString()).isEqualTo("completed");
        assertThat(done.at("/outcome/compared").longValue()).as(done.toString()).isEqualTo(compared);
        assertThat(done.at("/outcome/missing").longValue()).as(done.toString()).isEqualTo(missing);
        assertThat(done.at("/outcome/surplus").longValue()).as(done.toString()).isEqualTo(surplus);
        assertThat(done.at("/outcome/remaining").longValue())
                .as(done.toString())
                .isEqualTo(remaining);
    }

    private void awaitPublished(JsonNode done, long missing, long surplus, boolean agreed) {
        await("its event is published")
                .atMost(PATIENCE)
                .until(() -> !service.events("analytics.>").isEmpty());
        EventEnvelope event = service.events("analytics.>").getFirst();
        assertThat(event.type()).isEqualTo("analytics.reconciliation.completed");
        assertThat(event.tenantId()).isEqualTo(Caller.PLATFORM_TENANT);
        assertThat(event.data().path("reconciliationId")).isEqualTo(done.path("id"));
        assertThat(event.data().path("missing").longValue()).isEqualTo(missing);
        assertThat(event.data().path("surplus").longValue()).isEqualTo(surplus);
        assertThat(event.data().path("agreed").booleanValue()).isEqualTo(agreed);
    }

    private void assertFigures(long missing, long surplus) {
        service.context().getBean(ReconciliationFigures.class).step();
        Scrape figures = Scrape.of(service);
        assertThat(figures.value("reconciliation_missing_events")).hasValue(missing);
        assertThat(figures.value("reconciliation_surplus_events")).hasValue(surplus);
        assertThat(figures.value("reconciliation_remaining_events")).hasValue(0);
        assertThat(figures.value("reconciliation_age_seconds").orElseThrow()).isBetween(0.0, 60.0);
    }

    private static EventEnvelope ofContacts(EventEnvelope event) {
        return new EventEnvelope(
                event.id(),
                event.type(),
                event.version(),
                "contacts-service",
                event.timestamp(),
                event.tenantId(),
                event.correlationId(),
                null,
                null,
                null,
                event.data(),
                Map.of());
    }

    /** Without the event of a comparison itself. */
    private long rows() {
        return number(service, "SELECT toInt64(count()) AS n FROM events WHERE source != 'analytics-service'");
    }

    /** Of every row, but for the way it came. */
    private String fingerprint() {
        return clickHouse("SELECT count(), sum(cityHash64(* EXCEPT (stream_position, ingested_at))) FROM events"
                + " WHERE source = 'contacts-service'");
    }

    private String clickHouse(String sql) {
        ServerAddresses servers = service.servers();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(servers.clickhouseUrl() + "/?database=" + servers.clickhouseDatabase()))
                .header("X-ClickHouse-User", servers.clickhouseUser())
                .header("X-ClickHouse-Key", servers.clickhousePassword())
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
