package com.alumoutreach.analytics.validation;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.analytics.kpi.ClickHouseKpis;
import com.alumoutreach.analytics.kpi.EventReplay;
import com.alumoutreach.analytics.kpi.PostgresKpis;
import com.alumoutreach.analytics.validation.RawEvents.Replayed;
import com.alumoutreach.analytics.validation.Validation.Figure;
import com.alumoutreach.analytics.validation.Validation.Named;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.analytics.AnalyticsValidationCompleted;
import io.micronaut.context.annotation.Property;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Computes a tenant's figures in three ways that share no SQL, and compares them, and the events that they are made of. */
@Singleton
public class Validations {
    private static final Logger LOG = LoggerFactory.getLogger(Validations.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final RawEvents raw;
    private final ArchivedIds archived;
    private final EventsTable table;
    private final ClickHouseKpis clickHouse;
    private final PostgresKpis postgres;
    private final ValidationRepository repository;
    private final Database database;
    private final EventLog log;
    private final Duration patience;

    Validations(
            RawEvents raw,
            ArchivedIds archived,
            EventsTable table,
            ClickHouseKpis clickHouse,
            PostgresKpis postgres,
            ValidationRepository repository,
            Database database,
            @jakarta.inject.Named(AnalyticsModule.NAME) EventLog log,
            @Property(name = "alum.validation.patience", defaultValue = "15s") Duration patience) {
        this.raw = raw;
        this.archived = archived;
        this.table = table;
        this.clickHouse = clickHouse;
        this.postgres = postgres;
        this.repository = repository;
        this.database = database;
        this.log = log;
        this.patience = patience;
    }

    /**
     * Compares, and says so by an event. An event that was logged a moment ago is on its way to ClickHouse; it is waited for.
     *
     * @param asOf to the millisecond
     * @throws IOException when NATS does not answer
     */
    public Validation validate(String tenantId, Instant asOf) throws IOException, InterruptedException {
        Instant at = asOf.truncatedTo(ChronoUnit.MILLIS);
        table.ensure();
        long deadline = System.nanoTime() + patience.toNanos();
        Replayed replayed = replayed(tenantId, at);
        Map<UUID, Named> there = archived.until(tenantId, at);
        while (!there.keySet().equals(replayed.named().keySet()) && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_EVERY);
            replayed = replayed(tenantId, at);
            there = archived.until(tenantId, at);
        }
        Validation validation = compare(tenantId, at, replayed, there);
        database.inSystemTransaction(tx -> {
            repository.keep(tx, validation);
            return log.append(
                    tx,
                    EventContext.background(tenantId, validation.id().toString(), AnalyticsModule.NAME),
                    new AnalyticsValidationCompleted(
                            validation.id().toString(),
                            at,
                            validation.events(),
                            (long) validation.figures().size(),
                            validation.differences(),
                            validation.agreed()));
        });
        LOG.info(
                "analytics.validated tenant={} events={} figures={} differences={} missing={} surplus={} agreed={}",
                tenantId,
                validation.events(),
                validation.figures().size(),
                validation.differences(),
                validation.missingCount(),
                validation.surplusCount(),
                validation.agreed());
        return validation;
    }

    private Replayed replayed(String tenantId, Instant at) throws IOException, InterruptedException {
        try {
            return raw.replay(tenantId, at);
        } catch (JetStreamApiException | JetStreamStatusCheckedException e) {
            throw new IOException("The stream does not answer", e);
        }
    }

    private Validation compare(String tenantId, Instant at, Replayed replayed, Map<UUID, Named> there) {
        EventReplay replay = replayed.replay();
        List<Figure> figures = figures(
                replay.result().figures(),
                clickHouse.at(tenantId, at).figures(),
                postgres.of(tenantId, at, replay).figures());
        List<Named> missing = without(replayed.named(), there);
        List<Named> surplus = without(there, replayed.named());
        boolean same = figures.stream().allMatch(Figure::agrees);
        return new Validation(
                EventIds.next(),
                tenantId,
                at,
                clickHouse.lastEventAt(tenantId, at),
                replayed.named().size(),
                replayed.foreign(),
                replayed.unproven(),
                figures,
                missing.size(),
                first(missing),
                surplus.size(),
                first(surplus),
                List.copyOf(replayed.incomplete()),
                same
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
