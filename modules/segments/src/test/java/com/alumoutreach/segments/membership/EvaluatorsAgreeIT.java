package com.alumoutreach.segments.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.segments.membership.ContactCopy.Fields;
import com.alumoutreach.segments.membership.Engagements.Engagement;
import com.alumoutreach.segments.rule.Evaluation;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.SqlRule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java and Postgres give one answer about every rule and every contact, and name the same time for the next look. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvaluatorsAgreeIT {
    private static final int CONTACTS = 60;
    private static final int RULES = 150;
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private RunningService service;

    /** What an evaluator says: belongs or not, and when to look again. */
    private record Answer(boolean belongs, long next) {}

    @BeforeAll
    void start() {
        service = RunningService.start();
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aboutRandomRulesAndContacts(long seed) {
        RandomRules random = new RandomRules(seed, NOW);
        String tenant = "agree-" + seed;
        List<ContactCopy> copies = new ArrayList<>();
        for (int i = 0; i < CONTACTS; i++) {
            copies.add(contact("c" + i, random));
        }
        service.database().useTransaction(tenant, tx -> {
            service.context().getBean(ContactCopies.class).insert(tx, tenant, copies);
            service.context().getBean(Engagements.class).append(tx, tenant, engagements(random));
        });
        int belonging = 0;
        for (int i = 0; i < RULES; i++) {
            Rule rule = random.rule();
            String shown = EventCodec.mapper().valueToTree(rule.toJson()).toString();
            Map<String, Answer> java = service.database().inTransaction(tenant, tx -> java(tx, tenant, copies, rule));
            for (boolean few : List.of(true, false)) {
                Map<String, Answer> sql = service.database().inTransaction(tenant, tx -> sql(tx, tenant, rule, few));
                assertThat(sql).as(shown).isEqualTo(java);
            }
            belonging += (int) java.values().stream().filter(Answer::belongs).count();
        }
        // Else the rules would all say the same.
        assertThat(belonging).isBetween(RULES * CONTACTS / 10, RULES * CONTACTS * 9 / 10);
    }

    private Map<String, Answer> java(Handle tx, String tenant, List<ContactCopy> copies, Rule rule) {
        Map<String, Answer> answers = new TreeMap<>();
        List<String> ids = copies.stream().map(ContactCopy::contactId).toList();
        var behaviour = service.context().getBean(Engagements.class).newest(tx, tenant, ids, rule.counts());
        for (ContactCopy copy : copies) {
            Evaluation evaluation = new Evaluation(
                    copy.facts(), behaviour.getOrDefault(copy.contactId(), Map.of()), NOW.toEpochMilli());
            answers.put(copy.contactId(), new Answer(evaluation.matches(rule), evaluation.nextChange(rule)));
        }
        return answers;
    }

    private static Map<String, Answer> sql(Handle tx, String tenant, Rule rule, boolean few) {
        Map<String, Answer> answers = new TreeMap<>();
        SqlRule sql = new SqlRule(rule, few, NOW.toEpochMilli());
        sql.bind(tx.createQuery(
                                "SELECT c.contact_id, %s, %s FROM segments.contact_copies c %s WHERE c.tenant_id = :tenant"
                                        .formatted(sql.condition(), sql.nextChange(), sql.joins()))
                        .bind("tenant", tenant))
                .map((row, context) -> {
                    long next = row.getLong(3);
                    boolean never = row.wasNull();
                    boolean belongs = row.getBoolean(2);
                    assertThat(row.wasNull()).isFalse();
                    answers.put(row.getString(1), new Answer(belongs, never ? Evaluation.NEVER : next));
                    return belongs;
                })
                .list();
        return answers;
    }

    private static ContactCopy contact(String id, RandomRules random) {
        Map<String, Object> attributes = new HashMap<>();
        for (String name : RandomRules.ATTRIBUTES) {
            Object value = random.random().nextInt(3) == 0 ? null : random.value();
            if (value != null) {
                attributes.put(name, value);
            }
        }
        // Events with these do not come so far: Postgres has no such texts and numbers.
        Fields fields = new Fields(
                sometimes(random, clean(random.text())),
                sometimes(random, "+49 123"),
                sometimes(random, clean(random.text())),
                sometimes(random, clean(random.text())),
                sometimes(random, "web"),
                sometimes(random, "Europe/Berlin"),
                sometimes(random, "de-DE"),
                List.of(clean(random.text()), clean(random.text())),
                attributes);
        ContactCopy copy = ContactCopy.unknown(id)
                .withFields(fields, 1)
                .withCreated(NOW.toEpochMilli() - random.random().nextInt(100_000_000))
                .withTags(List.of(clean(random.text()), random.pick(List.of("CA", "vip"))), 1);
        for (String key : RandomRules.CONSENTS) {
            if (random.random().nextBoolean()) {
                copy = copy.withConsent(key, null, random.pick(List.of("requested", "granted", "revoked")), 1);
            }
        }
        return copy;
    }

    private static @org.jspecify.annotations.Nullable String sometimes(RandomRules random, String value) {
        return random.random().nextBoolean() ? value : null;
    }

    private static String clean(String text) {
        return com.alumoutreach.segments.rule.Value.storable(text);
    }

    private static List<Engagement> engagements(RandomRules random) {
        List<Engagement> all = new ArrayList<>();
        for (int i = 0; i < CONTACTS * 4; i++) {
            all.add(new Engagement(
                    "c" + random.random().nextInt(CONTACTS),
                    random.pick(RandomRules.KINDS),
                    NOW.toEpochMilli() - 3_600_000L * random.random().nextInt(2_000),
                    EventIds.next(),
                    random.random().nextBoolean() ? random.pick(RandomRules.CAMPAIGNS) : null));
        }
        return all;
    }
}
