package com.alumoutreach.analytics.clickhouse;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One event as a row of {@code events}. Any event that is well-formed JSON becomes a row that ClickHouse takes: one bad row
 * would hold up its whole batch, and with it everything behind it, for ever.
 *
 * @param occurredAt to the millisecond; the envelope's years, 1900 to 2299, are those that DateTime64(3) holds
 * @param bytes the row in the format RowBinary, in the order of {@link #COLUMNS}
 */
public record ArchiveRow(UUID id, String type, String tenantId, Instant occurredAt, byte[] bytes) {
    /** Of the envelope; the others follow from them. */
    public static final List<String> OF_ENVELOPE = List.of(
            "id",
            "type",
            "tenant_id",
            "source",
            "version",
            "occurred_at",
            "correlation_id",
            "causation_id",
            "trace_id",
            "actor_id",
            "actor_type",
            "entity_id",
            "entity_type",
            "data",
            "extensions",
            "stream_position");
    /** In the order of {@link #bytes}. */
    public static final List<String> COLUMNS =
            Stream.concat(OF_ENVELOPE.stream(), TypedColumns.NAMES.stream()).toList();

    /** @param traceParent the trace that the event belongs to, if it names one */
    public static ArchiveRow of(EventEnvelope event, long streamPosition, @Nullable TraceParent traceParent) {
        Instant occurredAt = event.timestamp().truncatedTo(ChronoUnit.MILLIS);
        byte[] tenant = event.tenantId().getBytes(StandardCharsets.UTF_8);
        Actor actor = event.actor();
        EntityRef entity = event.entity();
        RowBinary row = new RowBinary();
        row.uuid(event.id());
        row.text(event.type());
        row.text(tenant);
        row.text(event.source());
        row.text(event.version());
        row.int64(occurredAt.toEpochMilli());
        row.text(event.correlationId());
        row.nullableUuid(event.causationId());
        row.text(traceParent == null ? "" : traceParent.traceId());
        row.text(actor == null ? "" : actor.id());
        row.text(actor == null ? "" : actor.type().name().toLowerCase(Locale.ROOT));
        row.text(entity == null ? "" : entity.id());
        row.text(entity == null ? "" : entity.type());
        row.json(event.data());
        row.text(
                event.extensions().isEmpty()
                        ? ""
                        : EventCodec.mapper().valueToTree(event.extensions()).toString());
        row.int64(streamPosition);
        TypedColumns.of(event).writeTo(row);
        return new ArchiveRow(
                event.id(), event.type(), new String(tenant, StandardCharsets.UTF_8), occurredAt, row.bytes());
    }

    /** The partition it goes to. */
    YearMonth month() {
        return YearMonth.from(occurredAt.atOffset(ZoneOffset.UTC));
    }
}
