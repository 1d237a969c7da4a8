package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A random history around a moment: few leads and campaigns, so that events meet; times on the edges of days, weeks and months and
 * at the same millisecond; missing leads and campaigns; several time zones; duplicates; in no order.
 */
final class RandomEvents {
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "Australia/Lord_Howe",
            "America/Havana",
            "Africa/Cairo",
            "Japan",
            "Mars/Olympus");
    private static final List<String> CHANNELS = List.of("email", "sms", "whatsapp", "");
    private static final List<String> ODD_TIMES = List.of("soon", "2026-06-15", "2026-06-15T12:00:00+02:00", "");
    /** Times of a day, which other parsers take or do not. */
    private static final List<String> ODD_CLOCKS = List.of(
            "t10:00:00z",
            "T10:00:00z",
            "T24:00:00Z",
            "T24:00:00.000+02:00",
            "T24:00:01Z",
            "T25:00:00Z",
            "T10:00:60Z",
            "T10:00:61+00:00",
            "T10:60:00Z",
            "T10:00:00+02:60",
            "T10:00:00+18:00",
            "T10:00:00+25:00",
            "T10:00:00-00:00",
            "T10:00:00.1239999Z",
            "T10:00:00.1234567891Z",
            "T10:00Z",
            "T10:00:00");
    /** JSON, of which some is a number for one and not for another. */
    private static final List<String> ODD_NUMBERS = List.of(
            "0",
            "1",
            "2",
            "3",
            "-1",
            "4294967295",
            "4294967296",
            "4294967298",
            "9223372036854775807",
            "9223372036854775808",
            "2.0",
            "20.0",
            "1e18",
            "2.5",
            "2e0",
            "\"2\"",
            "true",
            "null",
            "[2]");

    private static final List<String> CLASSES = List.of("interested", "not_interested", "", "Interested");
    private static final List<String> OTHERS = List.of(
            "campaign.created",
            "campaign.scheduled",
            "campaign.started",
            "campaign.paused",
            "campaign.resumed",
            "campaign.completed",
            "campaign.cancelled",
            "contact.created",
            "contact.deleted",
            "contact.consent.revoked",
            "pipeline.message.bounced",
            "pipeline.message.opened",
            "sender.settings.updated",
            "workflow.created");
    /** Nights on which clocks change, a leap day, and ordinary ones. */
    private static final List<String> MOMENTS = List.of(
            "2026-03-29T00:30:00Z",
            "2026-03-29T12:00:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-26T00:00:00Z",
            "2026-03-08T07:30:00Z",
            "2026-11-01T05:30:00Z",
            "2024-02-29T23:59:59.999Z",
            "2026-01-01T00:00:00Z",
            "2026-04-05T03:00:00Z",
            "1970-01-01T00:00:00Z",
            "2026-06-15T10:11:12.345Z");

    private final Random random;
    private final String tenant;
    private final Instant at;
    private final ZoneId zone;
    private final List<Instant> used = new ArrayList<>();

    private RandomEvents(long seed, String tenant, @Nullable Instant at) {
        this.random = new Random(seed);
        this.tenant = tenant;
        this.at = at == null ? Instant.parse(pick(MOMENTS)).plusMillis(random.nextInt(3) - 1) : at;
        String name = pick(ZONES);
        this.zone = ZoneId.of(TimeZones.isKnown(name) ? name : "UTC");
    }

    /** @param events duplicates and all */
    record History(String tenant, Instant at, List<EventEnvelope> events) {}

    /** @param at null for one of its own */
    static History of(long seed, String tenant, @Nullable Instant at) {
        RandomEvents random = new RandomEvents(seed, tenant, at);
        return new History(tenant, random.at, random.events());
    }

    private List<EventEnvelope> events() {
        List<EventEnvelope> events = new ArrayList<>();
        // Some tenants are quiet in a way that random events of all types hardly ever are.
        boolean calm = random.nextBoolean();
        int size = random.nextInt(60);
        for (int i = 0; i < size; i++) {
            EventEnvelope event = event(calm);
            events.add(event);
            if (random.nextInt(8) == 0) {
                events.add(event);
            }
        }
        Collections.shuffle(events, random);
        return events;
    }

    private EventEnvelope event(boolean calm) {
        String type = random.nextInt(3) == 0 ? pick(OTHERS) : pick(OutreachType.allSubjects());
        if (calm && (type.contains("captcha") || type.contains("throttled"))) {
            type = "campaign.paused";
        }
        ObjectNode data = EventCodec.mapper().createObjectNode();
        EntityRef entity = new EntityRef("e" + random.nextInt(3), random.nextInt(4) == 0 ? "contact" : "message");
        switch (random.nextInt(6)) {
            case 0 -> {}
            case 1 -> data.putNull("contactId");
            case 2 -> data.put("contactId", random.nextInt(3));
            default -> data.put("contactId", "lead-" + random.nextInt(6));
        }
        switch (random.nextInt(4)) {
            case 0 -> {}
            case 1 ->
                data.put("sourceType", random.nextBoolean() ? "campaign" : "sequence")
                        .put("sourceId", campaign());
            default -> data.put("campaignId", campaign());
        }
        data.put("channel", pick(CHANNELS));
        data.put("classification", pick(CLASSES));
        data.put("source", random.nextInt(3) == 0 ? "import" : "one_click");
        if (random.nextInt(3) == 0) {
            data.put("name", "name-" + random.nextInt(3) + "ß");
        }
        if (random.nextInt(3) == 0) {
            data.put("campaignName", random.nextBoolean() ? "Ünicode" : "zed");
        }
        if (random.nextInt(10) == 0) {
            data.put("sequenceName", "steps");
        }
        if (random.nextInt(3) == 0) {
            data.put("autoReply", random.nextBoolean());
        }
        if (random.nextInt(2) == 0) {
            data.set("messageNumber", number());
        }
        if (random.nextInt(2) == 0) {
            data.put("dueAt", dueAt());
        }
        if (random.nextInt(10) == 0) {
            data.set(pick(List.of("channel", "classification", "campaignId", "campaignName", "autoReply")), number());
        }
        if (type.equals("sender.settings.updated")) {
            data.put("timeZone", random.nextInt(4) == 0 ? pick(ZONES) : zone.getId());
            switch (random.nextInt(3)) {
                case 0 -> {}
                case 1 -> data.putNull("dailySendCap");
                default -> data.set("dailySendCap", number());
            }
        }
        return new EventEnvelope(
                new UUID(random.nextLong(), random.nextLong()),
                type,
                "1.0",
                "random",
                time(),
                tenant,
                "correlation",
                null,
                null,
                entity,
                data,
                Map.of());
    }

    private String campaign() {
        return "campaign-" + random.nextInt(4);
    }

    private JsonNode number() {
        try {
            return random.nextInt(3) == 0
                    ? EventCodec.mapper().readTree(pick(ODD_NUMBERS))
                    : IntNode.valueOf(random.nextInt(10));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String dueAt() {
        return switch (random.nextInt(8)) {
            case 0 -> pick(ODD_TIMES);
            case 1 -> time().toString().toLowerCase(Locale.ROOT);
            case 2 -> at.atZone(zone).toLocalDate().minusDays(random.nextInt(2)) + pick(ODD_CLOCKS);
            default -> time().toString();
        };
    }

    /** Often exactly on an edge, or beside it, or when something else happened; now and then of a clock that nobody set. */
    private Instant time() {
        Day day = Day.of(zone, at.atZone(zone).toLocalDate());
        Instant time = switch (random.nextInt(10)) {
            case 0 -> at;
            case 1 -> at.minus(Duration.ofHours(24));
            case 2 -> at.minus(Duration.ofHours(7 * 24));
            case 3 -> day.start();
            case 4 -> day.end();
            case 5 -> day.monthStart();
            case 6 -> random.nextBoolean() ? at : Instant.EPOCH;
            case 7 -> used.isEmpty() ? at : used.get(random.nextInt(used.size()));
            default -> at.minusSeconds(random.nextInt(10 * 86_400));
        };
        Instant edged = time.plusMillis(random.nextInt(3) - 1L);
        used.add(edged);
        return edged;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
