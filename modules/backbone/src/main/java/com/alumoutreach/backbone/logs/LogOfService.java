package com.alumoutreach.backbone.logs;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.LogRow;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Reads one schema's log by tenant and time, as the index {@code (org_id, occurred_at)} has it, page by page. Commands stand in a log
 * too and are no events: they are left out.
 *
 * <p>A page is not cut at the relay's horizon: that would hide committed events, which others know already, behind any long transaction.
 * What was committed before the first page is on one of the pages; what commits meanwhile may be.
 */
@EachBean(ServiceModule.class)
class LogOfService {
    /** An answer stays below the 1 MiB of a NATS message, also when its last event is as large as events may be. */
    private static final int MAX_BYTES = 880_000;

    private static final int MAX_EVENTS = 5_000;
    private static final int FETCH = 250;

    /** Some 40 bytes an hour. */
    private static final int MAX_HOURS = 12_000;
    /** Some 600 bytes a tenant, if its name is as long as names may be. */
    private static final int MAX_TENANTS = 500;

    /** Where a line would have the trace of its event. */
    static final String NO_TRACE = "-";

    private static final String CHOSEN =
            "org_id = :tenant AND occurred_at >= :from AND occurred_at < :to" + " AND event_type NOT LIKE 'work.%'";

    private final Database database;
    private final String events;
    private final String tenants;
    private final String hours;

    LogOfService(@Parameter ServiceModule module, Database database) {
        this.database = database;
        String table = module.schema() + ".system_events";
        this.events = "SELECT seq, occurred_at AS at, " + LogRow.COLUMNS + " FROM " + table + " WHERE " + CHOSEN
                + " AND (occurred_at > :from OR seq > :seq) AND (cardinality(:types) = 0 OR event_type = ANY(:types))"
                + " ORDER BY occurred_at, seq LIMIT " + MAX_EVENTS;
        this.tenants = "SELECT org_id FROM " + table + " WHERE org_id > :after ORDER BY org_id LIMIT 1";
        this.hours = """
                SELECT date_trunc('hour', occurred_at, 'UTC') AS hour, count(*) AS n,
                       sum(('x' || left(md5(id::text), 16))::bit(64)::bigint) AS checksum
                FROM %s WHERE %s GROUP BY 1 ORDER BY 1""".formatted(table, CHOSEN);
    }

    /** What a tenant has of an hour; the service is known to who asked. */
    record Hour(long epochSecond, long events, long checksum) {}

    /** A line of summaries. */
    record TenantHours(String tenantId, List<Hour> hours) {}

    private record Positioned(long seq, Instant at, LogRow event) {}

    LogAnswer answer(LogQuestion question) {
        String tenant = question.tenantId();
        return tenant == null
                ? database.inSystemTransaction(tx -> answer(tx, question))
                : database.inTransaction(tenant, tx -> answer(tx, question));
    }

    private LogAnswer answer(Handle tx, LogQuestion question) {
        return switch (question.kind()) {
            case EVENTS -> events(tx, question);
            case SUMMARIES -> summaries(tx, question);
        };
    }

    private LogAnswer events(Handle tx, LogQuestion question) {
        // Row-level security makes Postgres expect few rows; it would sort all that are left for each page.
        tx.execute("SET LOCAL enable_sort = off");
        List<byte[]> lines = new ArrayList<>();
        LogQuestion.After after = question.after();
        Optional<String> tenant = after == null ? firstTenant(tx, question) : Optional.of(after.tenantId());
        int bytes = 0;
        while (tenant.isPresent()) {
            String current = tenant.get();
            LogQuestion.After begin = after != null && after.tenantId().equals(current) ? after : null;
            try (ResultIterator<Positioned> rows = rows(tx, question, current, begin)) {
                while (rows.hasNext()) {
                    Positioned row = rows.next();
                    byte[] line = line(row.event());
                    bytes += line.length + 1;
                    if (!lines.isEmpty() && (bytes > MAX_BYTES || lines.size() == MAX_EVENTS)) {
                        return new LogAnswer(after, false, lines);
                    }
                    lines.add(line);
                    after = new LogQuestion.After(current, row.at(), row.seq());
                }
            }
            if (lines.size() == MAX_EVENTS) {
                return new LogAnswer(after, false, lines);
            }
            tenant = nextTenant(tx, question, current);
        }
        return new LogAnswer(null, false, lines);
    }

    private ResultIterator<Positioned> rows(
            Handle tx, LogQuestion question, String tenant, LogQuestion.@Nullable After after) {
        return bind(tx.createQuery(events), question, tenant)
                .bind("from", (after == null ? question.from() : after.occurredAt()).atOffset(ZoneOffset.UTC))
                .bind("seq", after == null ? 0 : after.seq())
                .bindArray("types", String.class, question.types().toArray())
                .setFetchSize(FETCH)
                .map((row, context) -> new Positioned(
                        row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant(), LogRow.read(row, 3)))
                .iterator();
    }

    private LogAnswer summaries(Handle tx, LogQuestion question) {
        List<byte[]> lines = new ArrayList<>();
        long hoursEach =
                Math.max(1, Duration.between(question.from(), question.to()).toHours() + 2);
        long most = Math.clamp(MAX_HOURS / hoursEach, 1, MAX_TENANTS);
        LogQuestion.After after = question.after();
        Optional<String> tenant =
                after == null ? firstTenant(tx, question) : nextTenant(tx, question, after.tenantId());
        for (int asked = 0; tenant.isPresent(); asked++) {
            if (asked == most) {
                return new LogAnswer(after, false, lines);
            }
            String current = tenant.get();
            List<Hour> found = bind(tx.createQuery(hours), question, current)
                    .bind("from", question.from().atOffset(ZoneOffset.UTC))
                    .map((row, context) -> hour(row))
                    .list();
            if (!found.isEmpty()) {
                lines.add(json(new TenantHours(current, found)));
            }
            after = LogQuestion.After.tenant(current);
            tenant = nextTenant(tx, question, current);
        }
        return new LogAnswer(null, false, lines);
    }

    private static Query bind(Query query, LogQuestion question, String tenant) {
        return query.bind("tenant", tenant).bind("to", question.to().atOffset(ZoneOffset.UTC));
    }

    private Optional<String> firstTenant(Handle tx, LogQuestion question) {
        String only = question.tenantId();
        return only == null ? tenantAfter(tx, "") : Optional.of(only);
    }

    /** One step in the index, however many events a tenant has. */
    private Optional<String> nextTenant(Handle tx, LogQuestion question, String tenant) {
        return question.tenantId() == null ? tenantAfter(tx, tenant) : Optional.empty();
    }

    private Optional<String> tenantAfter(Handle tx, String tenant) {
        return tx.createQuery(tenants).bind("after", tenant).mapTo(String.class).findFirst();
    }

    private static byte[] line(LogRow event) {
        String traceParent = event.traceParent();
        return LogAnswer.line(
                event.type() + " " + event.id() + " " + (traceParent == null ? NO_TRACE : traceParent), event.body());
    }

    private static Hour hour(ResultSet row) throws SQLException {
        BigDecimal checksum = row.getBigDecimal("checksum");
        // The low 64 bits are the sum modulo 2^64.
        return new Hour(
                row.getObject("hour", OffsetDateTime.class).toEpochSecond(),
                row.getLong("n"),
                checksum.toBigInteger().longValue());
    }

    private static byte[] json(TenantHours hours) {
        try {
            return EventCodec.mapper().writeValueAsBytes(hours);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
