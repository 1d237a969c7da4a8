package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.analytics.validation.ValidationRepository;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.logs.ServiceLogs;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.analytics.AnalyticsReconciliationCompleted;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the comparisons that were asked for, one after the other, and begins one each night. One that ended with its process, or because
 * ClickHouse or NATS were away, is made again from its begin: what was given again by then is there, or is dropped as known.
 */
@Singleton
final class ReconciliationWork implements BackgroundWork {
    static final String NAME = "analytics-reconciliation";

    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationWork.class);

    private final ReconciliationRepository reconciliations;
    private final ValidationRepository validations;
    private final ReconciliationLock lock;
    private final ReconciliationConfig config;
    private final Database database;
    private final EventLog log;
    private final EventsTable table;
    private final ArchivedHours archived;
    private final ServiceLogs logs;
    private final Replays replays;
    private final Clock clock;
    private final Instant started;

    ReconciliationWork(
            ReconciliationRepository reconciliations,
            ValidationRepository validations,
            ReconciliationLock lock,
            ReconciliationConfig config,
            Database database,
            @Named(AnalyticsModule.NAME) EventLog log,
            EventsTable table,
            ArchivedHours archived,
            ServiceLogs logs,
            Replays replays,
            Clock clock) {
        this.reconciliations = reconciliations;
        this.validations = validations;
        this.lock = lock;
        this.config = config;
        this.database = database;
        this.log = log;
        this.table = table;
        this.archived = archived;
        this.logs = logs;
        this.replays = replays;
        this.clock = clock;
        this.started = clock.instant();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(20);
    }

    @Override
    public boolean step() throws InterruptedException {
        beginNightly();
        return lock.ifFree(this::runNext);
    }

    /** One that was missed because nothing ran is made up for; an installation that is new waits for its first night. */
    private void beginNightly() {
        LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
        LocalDate night =
                now.toLocalTime().isBefore(config.at()) ? now.toLocalDate().minusDays(1) : now.toLocalDate();
        boolean ranThen = started.isBefore(night.atTime(config.at()).toInstant(ZoneOffset.UTC));
        database.inSystemTransaction(tx -> {
            Optional<LocalDate> last = reconciliations.lastNight(tx);
            if (last.map(night::isAfter).orElse(ranThen)) {
                Instant to = clock.instant().minus(config.settle());
                reconciliations.insert(tx, new Range(null, to.minus(config.window()), to), NAME, night);
            }
            return true;
        });
    }

    private boolean runNext() throws InterruptedException {
        Optional<Reconciliation> next = database.inSystemTransaction(tx -> {
            Optional<Reconciliation> waiting = reconciliations.next(tx);
            waiting.ifPresent(reconciliation -> reconciliations.attempt(tx, reconciliation.id()));
            return waiting;
        });
        if (next.isPresent()) {
            run(next.get());
        }
        return next.isPresent();
    }

    private void run(Reconciliation reconciliation) throws InterruptedException {
        table.ensure();
        Instant begin = clock.instant();
        Outcome outcome = new Comparison(
                        logs, archived, replays.batch(reconciliation.id()), reconciliation.range(), config.patience())
                .run();
        Set<String> tenants = archived.tenants(reconciliation.range());
        database.inSystemTransaction(tx -> {
            reconciliations.complete(tx, reconciliation.id(), outcome);
            // Now that the archive is whole.
            if (reconciliation.tenantId() == null) {
                validations.ask(tx, LocalDate.ofInstant(begin, ZoneOffset.UTC), tenants);
            }
            String tenant = Objects.requireNonNullElse(reconciliation.tenantId(), Caller.PLATFORM_TENANT);
            return log.append(
                    tx,
                    EventContext.background(tenant, reconciliation.id().toString(), AnalyticsModule.NAME),
                    completed(reconciliation, outcome));
        });
        LOG.info(
                "analytics.reconciled id={} compared={} missing={} surplus={} remaining={} incomplete={} agreed={} seconds={}",
                reconciliation.id(),
                outcome.compared(),
                outcome.missing(),
                outcome.surplus(),
                outcome.remaining(),
                outcome.incomplete(),
                outcome.agreed(),
                Duration.between(begin, clock.instant()).toSeconds());
    }

    private static AnalyticsReconciliationCompleted completed(Reconciliation reconciliation, Outcome outcome) {
        return new AnalyticsReconciliationCompleted(
                reconciliation.id().toString(),
                reconciliation.from(),
                reconciliation.to(),
                outcome.compared(),
                outcome.missing(),
                outcome.surplus(),
                outcome.replayed(),
                outcome.incomplete().isEmpty() ? null : String.join(",", outcome.incomplete()),
                outcome.agreed());
    }
}
