package com.alumoutreach.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is personal goes, what figures are made of stays, and the schema still holds. */
class RedactionTest {
    private static final String SECRET = "ada.lovelace@example.com";

    /** Texts that tell nothing of a person: names that users gave to things of theirs, codes, states, kinds. */
    private static final Set<String> NOT_PERSONAL = Set.of(
            "body",
            "bodyText",
            "bounceType",
            "changedFields",
            "campaignName",
            "channel",
            "classification",
            "definition",
            "durable",
            "errorCode",
            "goalName",
            "incomplete",
            "mergedInto",
            "name",
            "nodeType",
            "originalSubject",
            "outcome",
            "provider",
            "sequenceName",
            "source",
            "sourceType",
            "status",
            "topic",
            "workflowName");

    /** Texts that are personal in some events, and in these are not: operators wrote them about a thing of theirs. */
    private static final Set<String> NOT_PERSONAL_HERE = Set.of(
            "campaign.paused.reason",
            "campaign.cancelled.reason",
            "sender.settings.updated.timeZone",
            "operations.dead_letter.redelivered.reason",
            "operations.dead_letter.discarded.reason",
            "template.created.subject",
            "template.updated.subject",
            "template.activated.reason",
            "template.archived.reason",
            "template.deleted.reason",
            "template.hsm.submitted.reason",
            "template.hsm.approved.reason",
            "template.hsm.rejected.reason");

    static List<EventType> types() {
        return EventCatalog.all();
    }

    @Test
    void everyTextOfEveryEventIsPersonalOrIsNotOnPurpose() {
        List<String> undecided = new ArrayList<>();
        for (EventType type : EventCatalog.all()) {
            for (RecordComponent field : type.recordType().getRecordComponents()) {
                boolean text = field.getType() == String.class
                        || field.getType() == Map.class
                        || field.getType() == List.class;
                boolean id = field.getName().endsWith("Id");
                if (text && !id && field.isAnnotationPresent(Personal.class) == (isNotPersonal(type, field))) {
                    undecided.add(type.subject() + "." + field.getName());
                }
            }
        }
        assertThat(undecided)
                .as("mark these @Personal, or say here that they are not")
                .isEmpty();
    }

    private static boolean isNotPersonal(EventType type, RecordComponent field) {
        return NOT_PERSONAL.contains(field.getName())
                || NOT_PERSONAL_HERE.contains(type.subject() + "." + field.getName());
    }

    @ParameterizedTest
    @MethodSource("types")
    void whatIsPersonalGoesAndTheSchemaHolds(EventType type) {
        ObjectNode data = filled(type);
        ObjectNode redacted = Redaction.redacted(type.subject(), data);

        EventSchemas.checkData(type, redacted);
        assertThat(Redaction.redacted(type.subject(), redacted)).isEqualTo(redacted);
        for (RecordComponent field : type.recordType().getRecordComponents()) {
            if (field.isAnnotationPresent(Personal.class)) {
                assertThat(redacted.path(field.getName()).toString()).doesNotContain(SECRET);
            } else {
                assertThat(redacted.get(field.getName())).isEqualTo(data.get(field.getName()));
            }
        }
    }

    @Test
    void ofWhatIsNotKnownOnlyIdsStay() {
        ObjectNode data = EventCodec.mapper().createObjectNode();
        data.put("contactId", "c-1").put("nickname", SECRET).put("parentId", "p-1");
        data.putObject("nestedId").put("email", SECRET);

        assertThat(Redaction.redacted("contact.created", data).toString())
                .isEqualTo("{\"contactId\":\"c-1\",\"parentId\":\"p-1\"}");
        assertThat(Redaction.redacted("future.thing", data).toString())
                .isEqualTo("{\"contactId\":\"c-1\",\"parentId\":\"p-1\"}");
    }

    @Test
    void anEventIsAboutTheContactItNames() {
        ObjectNode data = EventCodec.mapper().createObjectNode().put("contactId", "c-1");
        assertThat(Redaction.contactOf(data, new EntityRef("s-1", "segment"))).isEqualTo("c-1");
        data.removeAll();
        assertThat(Redaction.contactOf(data, new EntityRef("c-2", "contact"))).isEqualTo("c-2");
        assertThat(Redaction.contactOf(data, new EntityRef("s-1", "segment"))).isNull();
        assertThat(Redaction.contactOf(data, null)).isNull();
    }

    private static ObjectNode filled(EventType type) {
        ObjectNode data = EventCodec.mapper().createObjectNode();
        for (RecordComponent field : type.recordType().getRecordComponents()) {
            String name = field.getName();
            if (field.getType() == String.class) {
                data.put(name, SECRET);
            } else if (field.getType() == Long.class) {
                data.put(name, 7);
            } else if (field.getType() == Boolean.class) {
                data.put(name, true);
            } else if (field.getType() == Instant.class) {
                data.put(name, "2026-01-01T00:00:00Z");
            } else if (field.getType() == List.class) {
                data.putArray(name).add(SECRET);
            } else {
                data.putObject(name).put("inner", SECRET);
            }
        }
        return data;
    }
}
