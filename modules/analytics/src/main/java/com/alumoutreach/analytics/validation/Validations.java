package com.alumoutreach.analytics.validation;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.analytics.clickhouse.LastingTypes;
import com.alumoutreach.analytics.kpi.ClickHouseKpis;
import com.alumoutreach.analytics.kpi.EventReplay;
import com.alumoutreach.analytics.kpi.PostgresKpis;
import com.alumoutreach.analytics.validation.RawEvents.Replayed;
import com.alumoutreach.analytics.validation.Validation.Figure;
import com.alumoutreach.analytics.validation.Validation.Named;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.analytics.AnalyticsValidationCompleted;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpStatus;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes a tenant's figures in three ways that share no SQL, and compares them, and the events that they are made of. */
@Singleton
public class Validations {
    private static final Logger LOG = LoggerFactory.getLogger(Validations.class);

    /** Of the heap, for all proofs at once: the others and the service need the rest. */
    private static final int SHARE = 4;

    /** In the replay and by its id, twice: an estimate on the safe side. */
    private static final long BYTES_AN_EVENT = 800;

    /** One alone says nothing: what is missing may be on its way. */
    private static final int LEAST_LOOKS = 2;

    private static final Set<String> LASTING = Set.copyOf(LastingTypes.all());
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final RawEvents raw;
    private final ArchivedIds archived;
    private final EventsTable table;
    private final ClickHouseKpis clickHouse;
    private final PostgresKpis postgres;
    private final ValidationRepository repository;
    private final Database database;
    private final EventLog log;
    private final Clock clock;
    private final Duration patience;
    private final long mostEvents;

    Validations(
            RawEvents raw,
            ArchivedIds archived,
            EventsTable table,
            ClickHouseKpis clickHouse,
            PostgresKpis postgres,
            ValidationRepository repository,
            Database database,
            @jakarta.inject.Named(AnalyticsModule.NAME) EventLog log,
            Clock clock,
            @Property(name = "alum.validation.patience", defaultValue = "15s") Duration patience,
            @Nullable @Property(name = "alum.validation.most-events") Long mostEvents) {
        this.raw = raw;
        this.archived = archived;
        this.table = table;
        this.clickHouse = clickHouse;
        this.postgres = postgres;
        this.repository = repository;
        this.database = database;
        this.log = log;
        this.clock = clock;
        this.patience = patience;
        this.mostEvents = mostEvents == null ? Runtime.getRuntime().maxMemory() / SHARE / BYTES_AN_EVENT : mostEvents;
    }

    /**
     * Compares, and says so by an event. An event that was logged a moment ago is on its way to ClickHouse; it is waited for. So are those
     * that arrive while the figures are asked for, each of which sees another moment of the tables. A comparison that never settles
     * is answered, and not kept.
     *
     * @param asOf to the millisecond
     * @throws IOException when NATS does not answer
     * @throws ProblemException TOO_MANY_EVENTS when they do not fit into this instance's memory
     */
    public Validation validate(String tenantId, Instant asOf) throws IOException, InterruptedException {
        Instant at = asOf.truncatedTo(ChronoUnit.MILLIS);
        table.ensure();
        long events = archived.count(tenantId, at);
        if (events > mostEvents) {
            throw new ProblemException(
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "TOO_MANY_EVENTS",
                    "Figures are made of " + events + " events; this instance has memory to prove " + mostEvents);
        }
        long deadline = System.nanoTime() + patience.toNanos();
        Look look = look(tenantId, at);
        boolean settled = look.complete();
        long patientUntil = deadline + patience.toNanos();
        for (int looks = 1;
                !look.complete() && (looks < LEAST_LOOKS || System.nanoTime() < (settled ? deadline : patientUntil));
                looks++) {
            Thread.sleep(LOOK_EVERY);
            Look next = look(tenantId, at);
            settled = next.complete() || next.sameAs(look);
            look = next;
        }
        Validation validation = validation(tenantId, at, look, settled);
        if (settled) {
            keep(validation);
        }
        LOG.info(
                "analytics.validated tenant={} events={} figures={} differences={} missing={} surplus={} settled={} agreed={}",
                tenantId,
                validation.events(),
                validation.figures().size(),
                validation.differences(),
                validation.missingCount(),
                validation.surplusCount(),
                settled,
                validation.agreed());
        return validation;
    }

    private void keep(Validation validation) {
        database.inSystemTransaction(tx -> {
            repository.keep(tx, validation);
            return log.append(
                    tx,
                    EventContext.background(
                            validation.tenantId(), validation.id().toString(), AnalyticsModule.NAME),
                    new AnalyticsValidationCompleted(
                            validation.id().toString(),
                            validation.asOf(),
                            validation.events(),
                            (long) validation.figures().size(),
                            validation.differences(),
                            validation.agreed()));
        });
    }

    /**
     * What was found in one go.
     *
     * @param archived what ClickHouse had
     * @param before its fingerprint, taken before anything else
     * @param after and after everything else
     */
    private record Look(
            Map<UUID, Named> archived, Replayed replayed, List<Figure> figures, String before, String after) {
        /** Whether all ways had the same events before them. */
        boolean complete() {
            return still() && archived.keySet().equals(replayed.named().keySet());
        }

        /** Whether nothing changed since the look before, so that what is missing is not on its way. */
        boolean sameAs(Look earlier) {
            return still()
                    && after.equals(earlier.after)
                    && replayed.named().keySet().equals(earlier.replayed.named().keySet());
        }

        private boolean still() {
            return after.equals(before);
        }
    }

    private Look look(String tenantId, Instant at) throws IOException, InterruptedException {
        String before = archived.fingerprint(tenantId, at);
        Map<UUID, Named> there = archived.until(tenantId, at);
        Instant retained = table.retainedSince(clock.instant());
        Replayed replayed;
        try {
            replayed = raw.replay(
                    tenantId,
                    at,
                    event -> event.timestamp().isBefore(retained)
                            && !LASTING.contains(event.type())
                            && !there.containsKey(event.id()));
        } catch (JetStreamApiException | JetStreamStatusCheckedException e) {
            throw new IOException("The stream does not answer", e);
        }
        EventReplay replay = replayed.replay();
        List<Figure> figures = figures(
                replay.result().figures(),
                clickHouse.at(tenantId, at).figures(),
                postgres.of(tenantId, at, replay).figures());
        return new Look(there, replayed, figures, before, archived.fingerprint(tenantId, at));
    }

    private Validation validation(String tenantId, Instant at, Look look, boolean settled) {
        Replayed replayed = look.replayed();
        List<Named> missing = without(replayed.named(), look.archived());
        List<Named> surplus = without(look.archived(), replayed.named());
        return new Validation(
                EventIds.next(),
                tenantId,
                at,
                clickHouse.lastEventAt(tenantId, at),
                replayed.named().size(),
                replayed.foreign(),
                replayed.unproven(),
                look.figures(),
                missing.size(),
                first(missing),
                surplus.size(),
                first(surplus),
                List.copyOf(replayed.incomplete()),
                settled,
                look.figures().stream().allMatch(Figure::agrees)
                        && missing.isEmpty()
                        && surplus.isEmpty()
                        && replayed.incomplete().isEmpty());
    }

    private static List<Figure> figures(
            SortedMap<String, String> replayed,
            SortedMap<String, String> clickHouse,
            SortedMap<String, String> postgres) {
        TreeSet<String> names = new TreeSet<>(replayed.keySet());
        names.addAll(clickHouse.keySet());
        names.addAll(postgres.keySet());
        List<Figure> figures = new ArrayList<>();
        for (String name : names) {
            String byReplay = replayed.get(name);
            boolean agrees =
                    Objects.equals(byReplay, clickHouse.get(name)) && Objects.equals(byReplay, postgres.get(name));
            figures.add(new Figure(name, byReplay, clickHouse.get(name), postgres.get(name), agrees));
        }
        return figures;
    }

    private static List<Named> without(Map<UUID, Named> some, Map<UUID, Named> others) {
        Map<UUID, Named> left = new HashMap<>(some);
        left.keySet().removeAll(others.keySet());
        return left.values().stream()
                .sorted(Comparator.comparing(Named::occurredAt).thenComparing(Named::id))
                .toList();
    }

    private static List<Named> first(List<Named> named) {
        return named.subList(0, Math.min(Validation.MOST_NAMED, named.size()));
    }
}
