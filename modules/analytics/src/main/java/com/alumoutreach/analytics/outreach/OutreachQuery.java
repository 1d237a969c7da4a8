package com.alumoutreach.analytics.outreach;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.analytics.kpi.FreshAnswers;
import com.alumoutreach.analytics.outreach.OutreachEventController.OutreachEventPage;
import com.alumoutreach.analytics.outreach.OutreachEvents.Prepared;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventTimes;
import com.clickhouse.client.api.query.GenericRecord;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the events of the dashboard's model, each once, from the archive of all events. */
@Singleton
class OutreachQuery {
    private static final int DEFAULT_LIMIT = 100;

    /** Of usual events an answer of some 500 kB. */
    private static final int MAX_LIMIT = 1_000;

    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String TIME = "fromUnixTimestamp64Milli(toInt64({%s:Int64}), 'UTC')";
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    /** What stands on its own in an event, and where it was in its metadata. */
    private static final Map<String, String> FIGURED = Map.of(
            "campaignName", "campaign_name",
            "channel", "channel",
            "classification", "classification",
            "dueAt", "due_at",
            "autoReply", "auto_reply");

    /** Which rows first, by narrow columns; then their data, by the sorting key. */
    private static final String PAGE = """
            SELECT toString(id) AS event_id, toString(type) AS subject, %1$s AS event_type,
              toUnixTimestamp64Milli(occurred_at) AS at, campaign_id, contact_id, data
            FROM events
            WHERE tenant_id = {tenant:String} AND (type, occurred_at, id) IN (
              SELECT type, occurred_at, id FROM events
              WHERE tenant_id = {tenant:String} AND %2$s
              ORDER BY occurred_at DESC, id DESC LIMIT 1 BY id LIMIT %3$d)
            ORDER BY occurred_at DESC, id DESC LIMIT 1 BY id LIMIT %3$d""";

    private final ClickHouse clickHouse;
    private final FreshAnswers answers;

    OutreachQuery(ClickHouse clickHouse, FreshAnswers answers) {
        this.clickHouse = clickHouse;
        this.answers = answers;
    }

    /** What is wanted, as it was asked. */
    record Filter(
            List<String> types,
            @Nullable String campaignId,
            @Nullable String leadId,
            @Nullable String startTime,
            @Nullable String endTime) {}

    /** The last event of a page. */
    private record Cursor(long at, UUID id) {
        static Cursor of(String text) {
            int comma = text.indexOf('_');
            try {
                Cursor cursor = new Cursor(
                        Long.parseLong(text.substring(0, Math.max(0, comma))),
                        UUID.fromString(text.substring(comma + 1)));
                if (EventTimes.canBe(Instant.ofEpochMilli(cursor.at()))) {
                    return cursor;
                }
            } catch (IllegalArgumentException e) {
                throw notOurs();
            }
            throw notOurs();
        }

        private static ProblemException notOurs() {
            return ProblemException.badRequest("INVALID_CURSOR", "cursor is not one that this API gave out");
        }

        String text() {
            return at + "_" + id;
        }
    }

    OutreachEventPage page(String tenantId, Filter filter, @Nullable Integer limit, @Nullable String cursor) {
        int most = limit(limit);
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("tenant", tenantId);
        String conditions = conditions(filter, cursor, parameters);
        List<GenericRecord> rows = rows(PAGE.formatted(OutreachType.sqlId(), conditions, most + 1), parameters);
        boolean more = rows.size() > most;
        List<GenericRecord> items = more ? rows.subList(0, most) : rows;
        GenericRecord last = more ? items.getLast() : null;
        return new OutreachEventPage(
                items.stream().map(row -> response(tenantId, row)).toList(),
                last == null
                        ? null
                        : new Cursor(last.getLong("at"), UUID.fromString(last.getString("event_id"))).text());
    }

    private static String conditions(Filter filter, @Nullable String cursor, Map<String, Object> parameters) {
        StringBuilder conditions = new StringBuilder(OutreachType.sql(types(filter.types())));
        if (filter.campaignId() != null) {
            conditions.append(" AND campaign_id = {campaign:String}");
            parameters.put("campaign", filter.campaignId());
        }
        if (filter.leadId() != null) {
            conditions.append(" AND contact_id = {lead:String}");
            parameters.put("lead", filter.leadId());
        }
        Instant start = time(filter.startTime());
        Instant end = time(filter.endTime());
        if (start != null && end != null && !start.isBefore(end)) {
            throw ProblemException.badRequest("INVALID_RANGE", "start_time must be before end_time");
        }
        if (start != null) {
            conditions.append(" AND occurred_at >= ").append(TIME.formatted("start"));
            parameters.put("start", start.toEpochMilli());
        }
        if (end != null) {
            conditions.append(" AND occurred_at < ").append(TIME.formatted("end"));
            parameters.put("end", end.toEpochMilli());
        }
        if (cursor != null) {
            Cursor after = Cursor.of(cursor);
            // The first condition is for the sorting key, which tuples are not compared with.
            conditions.append(" AND occurred_at <= %1$s AND (occurred_at, id) < (%1$s, {after:UUID})"
                    .formatted(TIME.formatted("before")));
            parameters.put("before", after.at());
            parameters.put("after", after.id().toString());
        }
        return conditions.toString();
    }

    private static OutreachType[] types(List<String> ids) {
        if (ids.isEmpty()) {
            return OutreachType.values();
        }
        return ids.stream().distinct().map(OutreachQuery::type).toArray(OutreachType[]::new);
    }

    private static OutreachType type(String id) {
        OutreachType type = OutreachType.ofId(id);
        if (type == null) {
            throw ProblemException.badRequest("UNKNOWN_EVENT_TYPE", "event_type is none of the 13 types");
        }
        return type;
    }

    private static int limit(@Nullable Integer asked) {
        if (asked != null && (asked < 1 || asked > MAX_LIMIT)) {
            throw ProblemException.badRequest("INVALID_LIMIT", "limit must be 1 to " + MAX_LIMIT);
        }
        return asked == null ? DEFAULT_LIMIT : asked;
    }

    private static @Nullable Instant time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (EventTimes.canBe(time)) {
                return time;
            }
        } catch (DateTimeException e) {
            throw invalidTime();
        }
        throw invalidTime();
    }

    private static ProblemException invalidTime() {
        return ProblemException.badRequest(
                "INVALID_TIMESTAMP", "start_time and end_time are ISO 8601 with an offset, of the years 1900 to 2299");
    }

    private List<GenericRecord> rows(String sql, Map<String, Object> parameters) {
        return answers.asked(() -> clickHouse.query(sql, parameters));
    }

    private static OutreachEventResponse response(String tenantId, GenericRecord row) {
        return response(
                tenantId,
                row.getString("event_id"),
                row.getString("subject"),
                row.getString("event_type"),
                Instant.ofEpochMilli(row.getLong("at")),
                emptyIsNull(row.getString("campaign_id")),
                emptyIsNull(row.getString("contact_id")),
                data(row.getString("data")));
    }

    /** The same as it will be read once it is archived. */
    static OutreachEventResponse response(String tenantId, Prepared event, Instant happenedAt) {
        ToldEvent told = event.event();
        return response(
                tenantId,
                event.claim().id().toString(),
                told.type().directSubject(),
                told.type().id(),
                happenedAt,
                told.campaignId(),
                told.leadId(),
                data(event.ready().data()));
    }

    private static OutreachEventResponse response(
            String tenantId,
            String id,
            String subject,
            String type,
            Instant at,
            @Nullable String campaignId,
            @Nullable String leadId,
            ObjectNode data) {
        return new OutreachEventResponse(
                id, tenantId, campaignId, leadId, type, MILLIS.format(at), metadata(subject, data), subject);
    }

    private static Map<String, Object> metadata(String subject, ObjectNode data) {
        ObjectNode metadata = data;
        if (subject.startsWith("outreach.")) {
            metadata = data.get("metadata") instanceof ObjectNode rest
                    ? rest
                    : EventCodec.mapper().createObjectNode();
            for (Map.Entry<String, String> figured : FIGURED.entrySet()) {
                JsonNode value = data.get(figured.getKey());
                if (value != null && !value.isNull()) {
                    metadata.set(figured.getValue(), value);
                }
            }
        }
        return EventCodec.mapper().convertValue(metadata, MAP);
    }

    private static ObjectNode data(String json) {
        try {
            return (ObjectNode) EventCodec.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("data of an event are not JSON", e);
        }
    }

    private static @Nullable String emptyIsNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
