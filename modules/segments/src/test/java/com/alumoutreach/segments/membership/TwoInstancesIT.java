package com.alumoutreach.segments.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.contact.ContactUpdated;
import com.alumoutreach.contracts.pipeline.PipelineMessageOpened;
import com.alumoutreach.segments.SegmentsApplication;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.rule.SqlRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two instances, of which one is killed again and again while definitions change: every membership changes once. */
class TwoInstancesIT {
    private static final String TENANT = "acme";
    private static final int CONTACTS = 300;
    private static final int ROUNDS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Test
    void decideTogetherAndOverKills() throws Exception {
        try (RunningService service = RunningService.start();
                ServiceProcess other = ServiceProcess.start(SegmentsApplication.class, service.servers(), Map.of())) {
            String token = service.token(TENANT, Role.ADMIN);
            other.awaitReady();
            Random random = new Random(7);
            Map<String, Map<String, Object>> rules = new HashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                Map<String, Object> rule = round % 2 == 0
                        ? Map.of("field", "attributes.state", "op", "eq", "value", "S" + round % 3)
                        : Map.of("event", "message.opened", "op", "at_least", "count", 1 + round % 3);
                String id = EventCodec.mapper()
                        .readTree(
                                service.post("/api/segments", body(rule), token).body())
                        .get("id")
                        .textValue();
                rules.put(id, rule);
                for (int i = 0; i < CONTACTS; i++) {
                    service.publish(envelope(event("c" + i, round + 1L, random)));
                    service.publish(envelope(opened("c" + random.nextInt(CONTACTS))));
                }
                Map<String, Object> changed =
                        Map.of("field", "attributes.state", "op", "in", "value", List.of("S1", "S2"));
                String first = rules.keySet().iterator().next();
                assertThat(service.put("/api/segments/" + first, body(changed), token)
                                .statusCode())
                        .isEqualTo(200);
                rules.put(first, changed);
                if (round == 1 || round == 3) {
                    other.killAndStartAgain();
                    other.awaitReady();
                }
            }
            // What the killed one had taken comes back after the ack wait.
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> service.settled("SEGMENTS_CONTACT_CONSUMER")
                            && service.settled("SEGMENTS_ENGAGEMENT_CONSUMER")
                            && number(
                                            service,
                                            "SELECT count(*) FROM segments.segments WHERE evaluating_after IS NOT NULL")
                                    == 0);
            int all = 0;
            for (Map.Entry<String, Map<String, Object>> segment : rules.entrySet()) {
                Set<String> members = members(service, segment.getKey());
                assertThat(members)
                        .as(segment.toString())
                        .isEqualTo(evaluated(service, segment.getValue()))
                        .isEqualTo(told(service, segment.getKey()));
                all += members.size();
            }
            assertThat(all).isPositive();
        }
    }

    private static Event event(String id, long version, Random random) {
        String state = "S" + random.nextInt(3);
        if (version == 1) {
            return new ContactCreated(
                    id,
                    id + "@example.com",
                    null,
                    "web",
                    Map.of("state", state),
                    null,
                    null,
                    List.of(),
                    version,
                    null,
                    null,
                    null,
                    null);
        }
        return random.nextInt(40) == 0
                ? new ContactDeleted(id, version, null, null)
                : new ContactUpdated(
                        id,
                        id + "@example.com",
                        null,
                        "web",
                        Map.of("state", state),
                        null,
                        null,
                        List.of(),
                        version,
                        null,
                        null,
                        null);
    }

    private static PipelineMessageOpened opened(String id) {
        return new PipelineMessageOpened(
                EventIds.next().toString(), "email", id, null, null, null, null, null, null, null, null);
    }

    private static EventEnvelope envelope(Event event) {
        return new EventEnvelope(
                EventIds.next(),
                EventCatalog.of(event.getClass()).subject(),
                "1.0",
                "test-service",
                Instant.now(),
                TENANT,
                "test",
                null,
                null,
                event.entity(),
                EventCodec.toData(event),
                Map.of());
    }

    private static String body(Map<String, Object> rule) {
        return EventCodec.mapper()
                .valueToTree(Map.of("name", "x", "rule", rule))
                .toString();
    }

    private static Set<String> members(RunningService service, String segment) {
        return service.database()
                .inTransaction(
                        TENANT,
                        tx -> new TreeSet<>(
                                tx.createQuery("SELECT contact_id FROM segments.members WHERE segment_id = :id::uuid")
                                        .bind("id", segment)
                                        .mapTo(String.class)
                                        .list()));
    }

    private static Set<String> evaluated(RunningService service, Map<String, Object> rule) {
        SqlRule sql = new SqlRule(RuleReader.read(rule), false, System.currentTimeMillis());
        return service.database()
                .inTransaction(
                        TENANT,
                        tx -> new TreeSet<>(sql.bind(tx.createQuery(
                                                "SELECT c.contact_id FROM segments.contact_copies c " + sql.joins()
                                                        + " WHERE c.tenant_id = :tenant AND " + sql.condition())
                                        .bind("tenant", TENANT))
                                .mapTo(String.class)
                                .list()));
    }

    /** Who is in it if the events are believed, each of which must be a change. */
    private static Set<String> told(RunningService service, String segment) {
        Set<String> in = new HashSet<>();
        List<String[]> events = service.database()
                .inTransaction(
                        TENANT,
                        tx -> new ArrayList<>(tx.createQuery("SELECT event_type, payload->>'contactId'"
                                        + " FROM segments.system_events WHERE primary_entity_id = :id"
                                        + " AND event_type LIKE 'segment.member.%' ORDER BY seq")
                                .bind("id", segment)
                                .map((row, context) -> new String[] {row.getString(1), row.getString(2)})
                                .list()));
        for (String[] event : events) {
            boolean change = event[0].equals("segment.member.added") ? in.add(event[1]) : in.remove(event[1]);
            assertThat(change).as(event[0] + " " + event[1]).isTrue();
        }
        return new TreeSet<>(in);
    }

    private static long number(RunningService service, String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(Long.class).one());
    }
}
