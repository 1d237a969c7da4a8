package com.alumoutreach.backbone.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A durable is given events from the logs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String EPOCH = "2020-01-01T00:00:00Z";

    private RunningService service;
    private String platform;
    private final List<String> contacts = new ArrayList<>();

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms"));
        platform = service.token(Caller.PLATFORM_TENANT, Role.ADMIN);
        for (int i = 0; i < 120; i++) {
            String contact = EventIds.next().toString();
            contacts.add(contact);
            assertThat(service.post("/probe/contacts/" + contact, "", null).statusCode())
                    .isEqualTo(201);
        }
        awaitEffects();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    /** As if the durable had handled everything, and nothing were forgotten. */
    @BeforeEach
    void allHandled() {
        forgetAllEffects();
        service.database().inSystemTransaction(tx -> {
            tx.execute(
                    "INSERT INTO probe.effects (tenant_id, contact_id, event_id, attempt)"
                            + " SELECT org_id, primary_entity_id, id, 1 FROM probe.system_events WHERE event_type = 'contact.created'");
            return tx.execute(
                    "INSERT INTO probe.processed_events (consumer, event_id) SELECT ?, id FROM probe.system_events",
                    ProbeModule.DURABLE);
        });
    }

    @AfterEach
    void nothingGoesOn() {
        await().atMost(PATIENCE)
                .until(() -> service.database()
                        .inSystemTransaction(
                                tx -> tx.createQuery("SELECT count(*) FROM probe.replays WHERE status = 'running'")
                                        .mapTo(Long.class)
                                        .one())
                        .equals(0L));
        awaitNothingOnItsWay();
    }

    @Test
    void whatADurableHasHandledHasNoSecondEffect() {
        JsonNode replay = completed(begin(wish(EPOCH, false), platform, 202));
        assertThat(replay.get("published").longValue()).isEqualTo(contacts.size());
        awaitNothingOnItsWay();
        contacts.forEach(contact -> assertThat(effects(contact)).isEqualTo(1));
    }

    @Test
    void whatADurableHasNeverHandledTakesEffectOnce() {
        forgetAllEffects();
        completed(begin(wish(EPOCH, false), platform, 202));
        awaitEffects();
        awaitNothingOnItsWay();
        contacts.forEach(contact -> assertThat(effects(contact)).isEqualTo(1));
    }

    @Test
    void othersAreNotDisturbed() {
        long before = service.messages("ALUM_EVENTS", ">").size();
        completed(begin(wish(EPOCH, false), platform, 202));
        awaitNothingOnItsWay();
        assertThat(service.messages("ALUM_EVENTS", ">")).hasSize((int) before);
    }

    @Test
    void aDryRunCountsAndGivesNothing() {
        forgetAllEffects();
        JsonNode answer = begin(wish(EPOCH, true), platform, 200);
        assertThat(answer.get("events").get("contact.created").longValue()).isEqualTo(contacts.size());
        assertThat(effects(contacts.getFirst())).isZero();
    }

    @Test
    void aTenantsAdminGivesEventsOfTheOwnTenantOnly() {
        String other = service.token("tenant-b", Role.ADMIN);
        assertThat(begin(wish(EPOCH, true), other, 200).get("events").isEmpty()).isTrue();
        JsonNode ofPlatform = begin(wish(EPOCH, false), platform, 202);
        assertThat(service.get(
                                "/api/replays/"
                                        + ofPlatform.get("replay").get("id").textValue(),
                                other)
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.post(
                                "/api/replays",
                                "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"from\":\"" + EPOCH
                                        + "\",\"tenant\":\"tenant-a\"}",
                                other)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatWasForgottenAsProcessedIsNotHandledAgain() {
        forgetAllEffects();
        service.database()
                .inSystemTransaction(tx ->
                        tx.execute("INSERT INTO probe.processed_forgotten VALUES (?, now())", ProbeModule.DURABLE));
        completed(begin(wish(EPOCH, false), platform, 202));
        awaitNothingOnItsWay();
        contacts.forEach(contact -> assertThat(effects(contact)).isZero());
    }

    @Test
    void aRateIsKept() {
        Instant start = Instant.now();
        completed(begin(
                "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"from\":\"" + EPOCH + "\",\"ratePerSecond\":40}",
                platform,
                202));
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void aCancelledBackfillStops() {
        JsonNode answer = begin(
                "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"from\":\"" + EPOCH + "\",\"ratePerSecond\":10}",
                platform,
                202);
        String id = answer.get("replay").get("id").textValue();
        JsonNode cancelled = json(service.post("/api/replays/" + id + "/cancel", "", platform), 200);
        assertThat(cancelled.get("status").textValue()).isEqualTo("cancelled");
        assertThat(cancelled.get("published").longValue()).isLessThan(contacts.size());
    }

    @Test
    void aWishThatMakesNoSenseIsRefused() {
        assertThat(code("{\"durable\":\"NO_SUCH\",\"from\":\"" + EPOCH + "\"}", 404))
                .isEqualTo("DURABLE_NOT_FOUND");
        assertThat(code("{\"durable\":\"" + ProbeModule.DURABLE + "\",\"from\":\"2999-01-01T00:00:00Z\"}", 400))
                .isEqualTo("INVALID_RANGE");
        assertThat(code("{\"durable\":\"" + ProbeModule.DURABLE + "\"}", 400)).isEqualTo("VALIDATION_FAILED");
        assertThat(service.post("/api/replays", wish(EPOCH, false), service.token("tenant-a", Role.OPERATOR))
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "contact.>,contact.created,true",
        "contact.>,contact.consent.granted,true",
        "contact.>,contacts.created,false",
        "contact.*,contact.consent.granted,false",
        "contact.*,contact.created,true",
        "*.message.sent,campaign.message.sent,true",
        "contact.created,contact.created,true",
        "contact.created,contact.createdx,false"
    })
    void aFilterMeansWhatNatsMeansByIt(String filter, String type, boolean matches) {
        assertThat(type.matches(ReplayService.pattern(filter))).isEqualTo(matches);
    }

    @Test
    void oneThatIsAskedForAgainWithItsKeyBeginsOnce() {
        JsonNode first = keyed(wish(EPOCH, false), platform, 202);
        JsonNode again = keyed(wish(EPOCH, false), platform, 202);
        JsonNode ofTenant = keyed(wish(EPOCH, false), service.token("tenant-a", Role.ADMIN), 202);

        assertThat(again).isEqualTo(first);
        assertThat(ofTenant.at("/replay/id")).isNotEqualTo(first.at("/replay/id"));
        assertThat(ofTenant.at("/replay/tenantId").textValue()).isEqualTo("tenant-a");
        assertThat(keyed(wish("2021-01-01T00:00:00Z", false), platform, 422)
                        .get("code")
                        .textValue())
                .isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(completed(first).get("published").longValue()).isEqualTo(contacts.size());
        assertThat(completed(ofTenant).get("published").longValue()).isEqualTo(contacts.size());
    }

    private JsonNode keyed(String wish, String token, int status) {
        return json(service.send("POST", "/api/replays", wish, token, "Idempotency-Key", "backfill-1"), status);
    }

    private static String wish(String from, boolean dryRun) {
        return "{\"durable\":\"" + ProbeModule.DURABLE + "\",\"from\":\"" + from + "\",\"dryRun\":" + dryRun + "}";
    }

    private JsonNode begin(String wish, String token, int status) {
        return json(service.post("/api/replays", wish, token), status);
    }

    private JsonNode completed(JsonNode answer) {
        String path = "/api/replays/" + answer.get("replay").get("id").textValue();
        await().atMost(PATIENCE)
                .until(() -> json(service.get(path, platform), 200)
                        .get("status")
                        .textValue()
                        .equals("completed"));
        return json(service.get(path, platform), 200);
    }

    private String code(String wish, int status) {
        return begin(wish, platform, status).get("code").textValue();
    }

    private static JsonNode json(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return EventCodec.mapper().readTree(answer.body());
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void forgetAllEffects() {
        service.database().inSystemTransaction(tx -> {
            tx.execute("DELETE FROM probe.effects");
            tx.execute("DELETE FROM probe.processed_events");
            tx.execute("DELETE FROM probe.processed_forgotten");
            return true;
        });
    }

    private int effects(String contact) {
        return ProbeModule.effects(service.database(), contact).size();
    }

    private void awaitEffects() {
        await().atMost(PATIENCE).until(() -> contacts.stream().allMatch(contact -> effects(contact) == 1));
    }

    private void awaitNothingOnItsWay() {
        await().atMost(PATIENCE)
                .until(() -> service.messages("ALUM_REDELIVERIES", ">").isEmpty());
    }
}
