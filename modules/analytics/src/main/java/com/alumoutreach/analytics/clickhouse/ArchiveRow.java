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
 * @param typed whether the row has the typed columns; where not, ClickHouse computes them
 * @param bytes the row in the format RowBinary, in the order of {@link #columns}
 */
public record ArchiveRow(UUID id, String type, String tenantId, Instant occurredAt, boolean typed, byte[] bytes) {
    private static final List<String> COLUMNS = List.of(
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
    private static final List<String> WITH_TYPED =
            Stream.concat(COLUMNS.stream(), TypedColumns.NAMES.stream()).toList();

    /** @param traceParent the trace that the event belongs to, if it names one */
    public static ArchiveRow of(EventEnvelope event, long streamPosition, @Nullable TraceParent traceParent) {
        return of(event, streamPosition, traceParent, TypedColumns.of(event));
    }

    /** @param typed null leaves the typed columns to ClickHouse */
    static ArchiveRow of(
            EventEnvelope event, long streamPosition, @Nullable TraceParent traceParent, @Nullable TypedColumns typed) {
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
        if (typed != null) {
            typed.writeTo(row);
        }
        return new ArchiveRow(
                event.id(),
                event.type(),
                new String(tenant, StandardCharsets.UTF_8),
                occurredAt,
                typed != null,
                row.bytes());
    }

    /** @param typed whether the rows have the typed columns */
    public static List<String> columns(boolean typed) {
        return typed ? WITH_TYPED : COLUMNS;
    }

    /** The partition it goes to. */
    YearMonth month() {
        return YearMonth.from(occurredAt.atOffset(ZoneOffset.UTC));
    }
}
