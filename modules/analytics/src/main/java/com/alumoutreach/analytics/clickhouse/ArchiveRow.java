package com.alumoutreach.analytics.clickhouse;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event as a row of {@code events}. Any event that is well-formed JSON becomes a row that ClickHouse takes: one bad row
 * would hold up its whole batch, and with it everything behind it, for ever.
 *
 * @param occurredAt to the millisecond; the envelope's years, 1900 to 2299, are those that DateTime64(3) holds
 * @param json the row, one line
 */
public record ArchiveRow(UUID id, String type, String tenantId, Instant occurredAt, byte[] json) {
    private static final DateTimeFormatter CLICKHOUSE_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    /** @param traceParent the trace that the event belongs to, if it names one */
    public static ArchiveRow of(EventEnvelope event, long streamPosition, @Nullable TraceParent traceParent) {
        Instant occurredAt = event.timestamp().truncatedTo(ChronoUnit.MILLIS);
        String type = wellFormed(event.type());
        String tenantId = wellFormed(event.tenantId());
        ObjectMapper mapper = EventCodec.mapper();
        ObjectNode row = mapper.createObjectNode();
        row.put("id", event.id().toString());
        row.put("type", type);
        row.put("tenant_id", tenantId);
        row.put("source", wellFormed(event.source()));
        row.put("version", wellFormed(event.version()));
        row.put("occurred_at", written(occurredAt));
        row.put("correlation_id", wellFormed(event.correlationId()));
        UUID cause = event.causationId();
        row.put("causation_id", cause == null ? null : cause.toString());
        row.put("trace_id", traceParent == null ? "" : traceParent.traceId());
        putActor(row, event.actor());
        putEntity(row, event.entity());
        row.put("data", wellFormed(event.data().toString()));
        row.put(
                "extensions",
                event.extensions().isEmpty()
                        ? ""
                        : wellFormed(mapper.valueToTree(event.extensions()).toString()));
        row.put("stream_position", streamPosition);
        return new ArchiveRow(event.id(), type, tenantId, occurredAt, (row + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The partition it goes to. */
    YearMonth month() {
        return YearMonth.from(occurredAt.atOffset(ZoneOffset.UTC));
    }

    private static void putActor(ObjectNode row, @Nullable Actor actor) {
        row.put("actor_id", actor == null ? "" : wellFormed(actor.id()));
        row.put("actor_type", actor == null ? "" : actor.type().name().toLowerCase(Locale.ROOT));
    }

    private static void putEntity(ObjectNode row, @Nullable EntityRef entity) {
        row.put("entity_id", entity == null ? "" : wellFormed(entity.id()));
        row.put("entity_type", entity == null ? "" : wellFormed(entity.type()));
    }

    /** {@code 2026-01-27 10:00:00.000}, what ClickHouse's basic parser reads. */
    private static String written(Instant instant) {
        return CLICKHOUSE_TIME.format(instant);
    }

    /** Half of a surrogate pair, legal as a JSON escape, cannot be written as UTF-8: it becomes a question mark. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
