package com.alumoutreach.segments.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRequested;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.contact.ContactImportCompleted;
import com.alumoutreach.contracts.contact.ContactTagged;
import com.alumoutreach.contracts.contact.ContactUpdated;
import com.alumoutreach.contracts.inbox.InboxMessageReceived;
import com.alumoutreach.contracts.pipeline.PipelineMessageClicked;
import com.alumoutreach.contracts.pipeline.PipelineMessageDelivered;
import com.alumoutreach.contracts.pipeline.PipelineMessageOpened;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.rule.SqlRule;
import com.alumoutreach.segments.segment.Segment;
import com.alumoutreach.segments.segment.SegmentService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens, in whatever order: the members are those whom an evaluation over all contacts would find. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IncrementalMembershipIT {
    private static final int CONTACTS = 12;
    private static final int ROUNDS = 12;
    private static final int SEGMENTS = 25;

    private RunningService service;
    private TestClock clock;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("test.clock", "true", "alum.http.rate-limit.burst", 10_000));
        clock = service.context().getBean(TestClock.class);
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equalsFullEvaluationAfterAnythingThatCanHappen(long seed) throws Exception {
        RandomRules random = new RandomRules(seed, clock.instant());
        String tenant = "mixed-" + seed;
        String inOrder = "ordered-" + seed;
        Map<String, Rule> rules = new HashMap<>();
        Story story = new Story(random);
        List<Told> late = new ArrayList<>();
        List<Told> past = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < SEGMENTS / ROUNDS + 1; i++) {
                Rule rule = random.rule();
                rules.put(create(tenant, rule), rule);
            }
            if (round == ROUNDS / 2) {
                String changed = rules.keySet().iterator().next();
                Rule rule = random.rule();
                assertThat(service.put("/api/segments/" + changed, body(rule), service.token(tenant, Role.ADMIN))
                                .statusCode())
                        .isEqualTo(200);
                rules.put(changed, rule);
            }
            List<Told> happened = story.go(12);
            handle(inOrder, happened);
            past.addAll(happened);
            late.addAll(happened);
            Collections.shuffle(late, random.random());
            // Some come later, some come twice.
            List<Told> now = new ArrayList<>(late.subList(late.size() / 3, late.size()));
            now.addAll(past.subList(0, past.size() / 4));
            late = new ArrayList<>(late.subList(0, late.size() / 3));
            Collections.shuffle(now, random.random());
            handle(tenant, now);
            clock.pass(Duration.ofHours(random.random().nextInt(72)));
            settle();
            rules.forEach((segment, rule) ->
                    assertThat(members(tenant, segment)).as(body(rule)).isEqualTo(evaluated(tenant, rule)));
        }
        handle(tenant, late);
        settle();
        rules.forEach((segment, rule) -> assertThat(members(tenant, segment))
                .as(body(rule))
                .isEqualTo(evaluated(tenant, rule))
                .isEqualTo(evaluated(inOrder, rule)));
        assertThat(rules.keySet().stream()
                        .mapToInt(s -> members(tenant, s).size())
                        .sum())
                .isPositive();
        everyChangeHasOneEvent(tenant, rules.keySet());
    }

    @Test
    void membersComeAndGoWithTheTimeAlone() throws Exception {
        String tenant = "aging";
        String soon = clock.instant().plus(Duration.ofDays(10)).toString();
        String renewal = create(
                tenant,
                RuleReader.read(
                        Map.of("field", "attributes.renewal", "op", "within_next", "value", 7, "unit", "days")));
        String opened = create(
                tenant,
                RuleReader.read(
                        Map.of("event", "message.opened", "op", "at_least", "count", 1, "within", Map.of("days", 5))));
        handle(tenant, List.of(envelope(created("c1", Map.of("renewal", soon), 1L)), envelope(opened("c1", null))));
        settle();
        assertThat(members(tenant, renewal)).isEmpty();
        assertThat(members(tenant, opened)).containsExactly("c1");
        clock.pass(Duration.ofDays(3).minusSeconds(1));
        settle();
        assertThat(members(tenant, renewal)).isEmpty();
        clock.pass(Duration.ofSeconds(1));
        settle();
        assertThat(members(tenant, renewal)).containsExactly("c1");
        assertThat(members(tenant, opened)).containsExactly("c1");
        clock.pass(Duration.ofDays(2));
        settle();
        assertThat(members(tenant, opened)).isEmpty();
        clock.pass(Duration.ofDays(5));
        settle();
        assertThat(members(tenant, renewal)).isEmpty();
        assertThat(number("SELECT count(*) FROM segments.due_evaluations WHERE tenant_id = '" + tenant + "'"))
                .isZero();
        everyChangeHasOneEvent(tenant, Set.of(renewal, opened));
    }

    @Test
    void anErasedContactLeavesNothingButItsVersions() throws Exception {
        String tenant = "erased";
        handle(
                tenant,
                List.of(
                        envelope(created("c1", Map.of("secret", "Rumpelstiltskin"), 1L)),
                        envelope(new ContactTagged("c1", "Rumpelstiltskin", List.of("Rumpelstiltskin"), 2L)),
                        envelope(opened("c1", "spring"))));
        handle(tenant, List.of(envelope(new ContactDeleted("c1", 4L, true, null))));
        // Late and repeated ones bring nothing back.
        handle(
                tenant,
                List.of(
                        envelope(created("c1", Map.of("secret", "Rumpelstiltskin"), 3L)),
                        envelope(new ContactTagged("c1", "Rumpelstiltskin", null, 9L)),
                        envelope(opened("c1", "spring"))));
        String row = service.database()
                .inTransaction(
                        tenant,
                        tx -> tx.createQuery("SELECT c::text FROM segments.contact_copies c WHERE contact_id = 'c1'")
                                .mapTo(String.class)
                                .one());
        assertThat(row.toLowerCase(java.util.Locale.ROOT)).doesNotContain("rumpel", "@example.com");
        assertThat(number("SELECT count(*) FROM segments.engagements WHERE tenant_id = '" + tenant + "'"))
                .isZero();
    }

    @Test
    void whatHappenedToAMergedContactCountsForItsSurvivor() throws Exception {
        String tenant = "merged";
        String twice = create(tenant, RuleReader.read(Map.of("event", "message.opened", "op", "at_least", "count", 2)));
        handle(
                tenant,
                List.of(
                        envelope(created("a", Map.of(), 1L)),
                        envelope(created("b", Map.of(), 1L)),
                        envelope(created("c", Map.of(), 1L))));
        handle(tenant, List.of(envelope(opened("a", null))));
        handle(tenant, List.of(envelope(new ContactDeleted("b", 2L, null, "c"))));
        handle(tenant, List.of(envelope(new ContactDeleted("a", 2L, null, "b"))));
        handle(tenant, List.of(envelope(opened("a", null))));
        settle();
        assertThat(members(tenant, twice)).containsExactly("c");
    }

    @Test
    void whoTakesThePlaceOfAnotherStandsOnItsLists() throws Exception {
        String tenant = "places";
        String list = list(tenant);
        String other = list(tenant);
        List<Told> there = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d", "e", "gone")) {
            there.add(envelope(created(id, Map.of(), 1L)));
        }
        handle(tenant, there);
        add(tenant, list, "[\"a\",\"d\",\"e\"]");
        add(tenant, other, "[\"a\",\"b\"]");
        // Into one that goes as well, in a batch and later; into one that has just gone.
        handle(
                tenant,
                List.of(
                        envelope(new ContactDeleted("a", 2L, null, "b")),
                        envelope(new ContactDeleted("d", 2L, null, "b")),
                        envelope(new ContactDeleted("gone", 2L, null, null)),
                        envelope(new ContactDeleted("e", 2L, null, "gone"))));
        assertThat(members(tenant, list)).containsExactly("b");
        assertThat(members(tenant, other)).containsExactly("b");
        handle(tenant, List.of(envelope(new ContactDeleted("b", 2L, null, "c"))));
        assertThat(members(tenant, list)).containsExactly("c");
        assertThat(members(tenant, other)).containsExactly("c");
        everyChangeHasOneEvent(tenant, Set.of(list, other));
    }

    @Test
    void nobodyIsAddedToAListThatWasDeletedMeanwhile() throws Exception {
        String tenant = "meanwhile";
        handle(tenant, List.of(envelope(created("a", Map.of(), 1L))));
        String list = list(tenant);
        Caller caller =
                new Caller(tenant, "u", Role.ADMIN, "test", TraceParent.ofCorrelation("test", false), "POST /members");
        Segment found = service.context().getBean(SegmentService.class).get(caller, list);
        assertThat(service.delete("/api/segments/" + list, service.token(tenant, Role.ADMIN))
                        .statusCode())
                .isEqualTo(204);
        ListedMembers listed = service.context().getBean(ListedMembers.class);
        assertThatThrownBy(() -> listed.add(caller, found, List.of("a"), 1))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.code()).isEqualTo("SEGMENT_NOT_FOUND"));
        assertThat(members(tenant, list)).isEmpty();
    }

    private String list(String tenant) throws Exception {
        String body = service.post(
                        "/api/segments", "{\"name\":\"list\",\"type\":\"static\"}", service.token(tenant, Role.ADMIN))
                .body();
        return EventCodec.mapper().readTree(body).get("id").textValue();
    }

    private void add(String tenant, String list, String contacts) {
        assertThat(service.post(
                                "/api/segments/" + list + "/members",
                                "{\"members\":" + contacts + "}",
                                service.token(tenant, Role.ADMIN))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aReplyCountsForItsCampaignAlsoWhenTheCampaignWasNotKeptTheFirstTime() throws Exception {
        String tenant = "replies";
        Map<String, Object> replied = Map.of("event", "message.replied", "campaignId", "spring");
        Map<String, Object> never = new HashMap<>(replied);
        never.put("op", "never");
        Map<String, Object> once = new HashMap<>(replied);
        once.putAll(Map.of("op", "at_least", "count", 1));
        String silent = create(tenant, RuleReader.read(never));
        String answered = create(tenant, RuleReader.read(once));
        handle(tenant, List.of(envelope(created("new", Map.of(), 1L)), envelope(created("old", Map.of(), 1L))));
        Told asBefore = envelope(reply("old", null));
        handle(tenant, List.of(envelope(reply("new", "spring")), asBefore, envelope(reply("old", "autumn"))));
        settle();
        assertThat(members(tenant, answered)).containsExactly("new");
        assertThat(members(tenant, silent)).containsExactly("old");

        // As a replay would give it.
        handle(tenant, List.of(new Told(asBefore.envelope(), reply("old", "spring"))));
        settle();
        assertThat(members(tenant, answered)).containsExactly("new", "old");
        assertThat(members(tenant, silent)).isEmpty();
    }

    private static InboxMessageReceived reply(String contact, @Nullable String campaign) {
        String type = campaign == null ? null : "campaign";
        return new InboxMessageReceived("t", "m", contact, "email", null, null, null, null, false, type, campaign);
    }

    @Test
    void copiesFromBeforeThereWereFactsAreRead() throws Exception {
        String tenant = "before";
        handle(tenant, List.of(envelope(created("c1", Map.of("state", "CA"), 1L))));
        service.asOwner("UPDATE segments.contact_copies SET facts = NULL WHERE tenant_id = 'before'");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> number("SELECT count(*) FROM segments.contact_copies WHERE facts IS NULL") == 0);
        String segment =
                create(tenant, RuleReader.read(Map.of("field", "attributes.state", "op", "eq", "value", "ca")));
        settle();
        assertThat(members(tenant, segment)).containsExactly("c1");
    }

    @Test
    void anImportIsNoContact() {
        handle(
                "imports",
                List.of(envelope(
                        new ContactImportCompleted(EventIds.next().toString(), "completed", 1L, 1L, 0L, 0L, 0L))));
        assertThat(number("SELECT count(*) FROM segments.contact_copies WHERE tenant_id = 'imports'"))
                .isZero();
    }

    /** What happens to some contacts, as their service would tell it. */
    private final class Story {
        private final RandomRules random;
        private final Map<String, Long> versions = new TreeMap<>();
        private final Set<String> gone = new TreeSet<>();

        Story(RandomRules random) {
            this.random = random;
        }

        List<Told> go(int events) {
            List<Told> told = new ArrayList<>();
            while (told.size() < events) {
                clock.pass(Duration.ofMinutes(random.random().nextInt(120)));
                Event event = next();
                if (event != null) {
                    told.add(envelope(event));
                }
            }
            return told;
        }

        private @Nullable Event next() {
            Random dice = random.random();
            String id = "c" + dice.nextInt(CONTACTS);
            if (dice.nextInt(3) == 0) {
                return behaviour(id);
            }
            if (gone.contains(id)) {
                return null;
            }
            long version = versions.merge(id, 1L, Long::sum);
            if (version == 1) {
                return created(id, attributes(), version);
            }
            return switch (dice.nextInt(12)) {
                case 0 -> new ContactConsentGranted(id, "email", "api", null, version, topic(), null);
                case 1 ->
                    new ContactConsentRevoked(
                            id, "email", "api", null, null, version, topic(), null, dice.nextBoolean());
                case 2 -> new ContactConsentRequested(id, "sms", null, "api", null, null, version);
                case 3, 4 ->
                    new ContactTagged(id, "vip", dice.nextBoolean() ? List.of("vip", "CA") : List.of(), version);
                case 5 -> {
                    if (dice.nextInt(3) > 0) {
                        yield updated(id, version);
                    }
                    gone.add(id);
                    String into = "c" + dice.nextInt(CONTACTS);
                    boolean merge = dice.nextBoolean() && !gone.contains(into);
                    yield new ContactDeleted(id, version, !merge && dice.nextBoolean(), merge ? into : null);
                }
                default -> updated(id, version);
            };
        }

        private @Nullable String topic() {
            return random.random().nextBoolean() ? "news" : null;
        }

        private Event behaviour(String id) {
            String campaign = random.random().nextBoolean() ? random.pick(RandomRules.CAMPAIGNS) : null;
            String message = EventIds.next().toString();
            String type = campaign == null ? null : "campaign";
            return switch (random.random().nextInt(5)) {
                case 0 -> new PipelineMessageSent(message, "email", id, null, type, campaign, null, null, null, null);
                case 1 ->
                    new PipelineMessageDelivered(message, "email", id, null, type, campaign, null, null, null, null);
                case 2 -> opened(id, campaign);
                case 3 ->
                    new PipelineMessageClicked(
                            message, "email", id, null, type, campaign, null, null, null, null, null, null);
                default ->
                    new InboxMessageReceived(
                            message, message, id, "email", null, null, null, null, false, type, campaign);
            };
        }

        private Map<String, Object> attributes() {
            Map<String, Object> attributes = new HashMap<>();
            for (String name : RandomRules.ATTRIBUTES) {
                Object value = random.value();
                if (value != null) {
                    attributes.put(name, value);
                }
            }
            return attributes;
        }

        private ContactUpdated updated(String id, long version) {
            return new ContactUpdated(
                    id,
                    id + "@example.com",
                    null,
                    random.pick(List.of("web", "CA")),
                    attributes(),
                    random.pick(List.of("CA", "Ada")),
                    null,
                    List.of("attributes"),
                    version,
                    null,
                    null,
                    null);
        }
    }

    private static ContactCreated created(String id, Map<String, Object> attributes, long version) {
        return new ContactCreated(
                id,
                id + "@example.com",
                null,
                "web",
                attributes,
                null,
                null,
                List.of(),
                version,
                null,
                "Europe/Berlin",
                "de",
                List.of());
    }

    private static PipelineMessageOpened opened(String id, @Nullable String campaign) {
        return new PipelineMessageOpened(
                EventIds.next().toString(),
                "email",
                id,
                null,
                campaign == null ? null : "campaign",
                campaign,
                null,
                null,
                null,
                null,
                null);
    }

    /** What happened, and when. */
    private record Told(EventEnvelope envelope, Event event) {
        Delivery of(org.jdbi.v3.core.Handle tx, String tenant) {
            EventEnvelope e = envelope;
            return new Delivery(
                    tx,
                    new EventEnvelope(
                            e.id(),
                            e.type(),
                            e.version(),
                            e.source(),
                            e.timestamp(),
                            tenant,
                            e.correlationId(),
                            null,
                            null,
                            e.entity(),
                            e.data(),
                            Map.of()),
                    event,
                    "segments",
                    1,
                    null);
        }
    }

    private Told envelope(Event event) {
        EventEnvelope envelope = new EventEnvelope(
                EventIds.next(),
                EventCatalog.of(event.getClass()).subject(),
                "1.0",
                "test-service",
                clock.instant(),
                "unused",
                "test",
                null,
                null,
                event.entity(),
                EventCodec.mapper().createObjectNode(),
                Map.of());
        return new Told(envelope, event);
    }

    /** As the consumers would: those of contacts and those of messages are not in one order. */
    private void handle(String tenant, List<Told> told) {
        for (boolean contacts : List.of(true, false)) {
            service.database().useTransaction(tenant, tx -> {
                List<Delivery> deliveries = told.stream()
                        .filter(one -> one.envelope().type().startsWith("contact.") == contacts)
                        .map(one -> one.of(tx, tenant))
                        .toList();
                if (deliveries.isEmpty()) {
                    return;
                }
                if (contacts) {
                    service.context().getBean(ContactProjection.class).on(deliveries);
                } else {
                    service.context().getBean(EngagementProjection.class).on(deliveries);
                }
            });
        }
    }

    /** The service's own works run as well: until none has anything to do. */
    private void settle() {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    service.context().getBean(EvaluationWork.class).step();
                    service.context().getBean(AgingWork.class).step();
                    return number("SELECT count(*) FROM segments.segments WHERE evaluating_after IS NOT NULL") == 0
                            && number("SELECT count(*) FROM segments.due_evaluations WHERE due_ms <= " + clock.millis())
                                    == 0;
                });
    }

    private String create(String tenant, Rule rule) throws Exception {
        String body = service.post("/api/segments", body(rule), service.token(tenant, Role.ADMIN))
                .body();
        return EventCodec.mapper().readTree(body).get("id").textValue();
    }

    private static String body(Rule rule) {
        return EventCodec.mapper()
                .valueToTree(Map.of("name", "random", "rule", rule.toJson()))
                .toString();
    }

    private Set<String> members(String tenant, String segment) {
        return service.database()
                .inTransaction(
                        tenant,
                        tx -> new TreeSet<>(
                                tx.createQuery("SELECT contact_id FROM segments.members WHERE segment_id = :id::uuid")
                                        .bind("id", segment)
                                        .mapTo(String.class)
                                        .list()));
    }

    private Set<String> evaluated(String tenant, Rule rule) {
        SqlRule sql = new SqlRule(rule, false, clock.millis());
        return service.database()
                .inTransaction(
                        tenant,
                        tx -> new TreeSet<>(sql.bind(tx.createQuery(
                                                "SELECT c.contact_id FROM segments.contact_copies c " + sql.joins()
                                                        + " WHERE c.tenant_id = :tenant AND " + sql.condition())
                                        .bind("tenant", tenant))
                                .mapTo(String.class)
                                .list()));
    }

    /** Came and went by turns, and at the end those are in it who came last. */
    private void everyChangeHasOneEvent(String tenant, Set<String> segments) {
        Map<String, Set<String>> told = new HashMap<>();
        service.database()
                .inTransaction(
                        tenant,
                        tx -> tx.createQuery("SELECT event_type, payload->>'segmentId', payload->>'contactId'"
                                        + " FROM segments.system_events WHERE org_id = :tenant"
                                        + " AND event_type LIKE 'segment.member.%' ORDER BY seq")
                                .bind("tenant", tenant)
                                .map((row, context) -> List.of(row.getString(1), row.getString(2), row.getString(3)))
                                .list())
                .forEach(event -> {
                    Set<String> in = told.computeIfAbsent(event.get(1), unused -> new TreeSet<>());
                    boolean change = event.get(0).equals("segment.member.added")
                            ? in.add(event.get(2))
                            : in.remove(event.get(2));
                    assertThat(change).as(event.toString()).isTrue();
                });
        segments.forEach(
                segment -> assertThat(told.getOrDefault(segment, Set.of())).isEqualTo(members(tenant, segment)));
    }

    private long number(String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(Long.class).one());
    }
}
