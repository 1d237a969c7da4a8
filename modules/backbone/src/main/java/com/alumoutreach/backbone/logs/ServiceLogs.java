package com.alumoutreach.backbone.logs;

import com.alumoutreach.backbone.eventlog.LogRow;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import io.micronaut.context.annotation.Property;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the event logs of all services. It is asked of them over NATS, page by page, so that the memory that it takes does not
 * grow with the logs. What protects it is the connection to NATS, as it does the streams; callers see to it that nobody is shown
 * another's tenant. Of persons who were erased, the logs have what the erasure left.
 *
 * <p>Whatever was committed before a call is found by it; what commits meanwhile may be. Times are of the milliseconds that envelopes
 * have.
 */
@Singleton
public final class ServiceLogs {
    private static final byte BLANK = ' ';
    private static final Duration LONGEST = Duration.ofDays(400);

    private final LogQuestions questions;
    private final Set<String> services;

    ServiceLogs(LogQuestions questions, @Property(name = "alum.services") List<String> services) {
        this.questions = questions;
        this.services = Set.copyOf(services);
    }

    /** The services of this installation, by their names ({@code alum.services}); not all need to run. */
    public Set<String> services() {
        return services;
    }

    /**
     * Reads all logs, one after the other; each tenant by tenant, in the order of time.
     *
     * @param tenantId null for all tenants
     * @param types of these alone; empty for all
     * @param from happened at or after
     * @param to happened before
     * @param sink is given each event as it was published, by the calling thread. What it throws ends the reading
     * @return the services that did not answer, or not to the end; empty when the events are complete
     */
    public Set<String> read(
            @Nullable String tenantId,
            Collection<String> types,
            Instant from,
            Instant to,
            Consumer<EventEnvelope> sink) {
        Set<String> silent = new TreeSet<>();
        for (String service : new TreeSet<>(services)) {
            if (!read(service, tenantId, types, from, to, row -> sink.accept(envelope(row)))) {
                silent.add(service);
            }
        }
        return silent;
    }

    /**
     * Reads one log, ready to be published again.
     *
     * @return whether all was read
     */
    public boolean read(
            String service,
            @Nullable String tenantId,
            Collection<String> types,
            Instant from,
            Instant to,
            Consumer<LogRow> sink) {
        return questions.ask(
                service,
                question(LogQuestion.Kind.EVENTS, tenantId, types, from, to),
                line -> sink.accept(row(service, line)));
    }

    /**
     * Counts all logs by tenant and hour.
     *
     * @param tenantId null for all tenants
     * @param from happened at or after; the first hour may be a part of one
     * @param to happened before, at most 400 days later
     * @return the services that did not answer, or not to the end
     */
    public Set<String> summaries(@Nullable String tenantId, Instant from, Instant to, Consumer<HourSummary> sink) {
        Set<String> silent = new TreeSet<>();
        for (String service : new TreeSet<>(services)) {
            if (!summaries(service, tenantId, from, to, sink)) {
                silent.add(service);
            }
        }
        return silent;
    }

    /**
     * The same of one log.
     *
     * @return whether all was counted
     */
    public boolean summaries(
            String service, @Nullable String tenantId, Instant from, Instant to, Consumer<HourSummary> sink) {
        if (Duration.between(from, to).compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("At most " + LONGEST.toDays() + " days are counted at once");
        }
        return questions.ask(
                service,
                question(LogQuestion.Kind.SUMMARIES, tenantId, List.of(), from, to),
                line -> hours(service, line, sink));
    }

    private static LogQuestion question(
            LogQuestion.Kind kind, @Nullable String tenantId, Collection<String> types, Instant from, Instant to) {
        return new LogQuestion(
                kind,
                tenantId,
                List.copyOf(types),
                from.truncatedTo(ChronoUnit.MILLIS),
                to.truncatedTo(ChronoUnit.MILLIS),
                null);
    }

    private static EventEnvelope envelope(LogRow row) {
        return EventCodec.readEnvelope(row.body(), row.type(), row::id);
    }

    private static LogRow row(String service, byte[] line) {
        int type = blank(service, line, 0);
        int id = blank(service, line, type + 1);
        int trace = blank(service, line, id + 1);
        String traceParent = word(line, id + 1, trace);
        return new LogRow(
                UUID.fromString(word(line, type + 1, id)),
                word(line, 0, type),
                Arrays.copyOfRange(line, trace + 1, line.length),
                traceParent.equals(LogOfService.NO_TRACE) ? null : traceParent);
    }

    private static String word(byte[] line, int from, int to) {
        return new String(line, from, to - from, StandardCharsets.UTF_8);
    }

    private static int blank(String service, byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == BLANK) {
                return i;
            }
        }
        throw new IllegalStateException("Not a line of the log of " + service);
    }

    private static void hours(String service, byte[] line, Consumer<HourSummary> sink) {
        try {
            LogOfService.TenantHours hours = EventCodec.mapper().readValue(line, LogOfService.TenantHours.class);
            hours.hours()
                    .forEach(hour -> sink.accept(new HourSummary(
                            service,
                            hours.tenantId(),
                            Instant.ofEpochSecond(hour.epochSecond()),
                            hour.events(),
                            hour.checksum())));
        } catch (IOException e) {
            throw new UncheckedIOException("Not a summary of the log of " + service, e);
        }
    }
}
