package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.deadletter.DeadLetter;
import com.alumoutreach.backbone.deadletter.DeadLetters;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.InvalidEventException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Station 7: what becomes of a delivery. First arrivals go many to a transaction; what failed there, or arrives again, is
 * tried alone, so that one bad event never takes its neighbours with it.
 *
 * <p>handled or seen before → ack after the commit; failed → {@code nakWithDelay}; attempts spent, or poison → dead letter
 * stored, then {@code term}; dead letter not stored, or database away → no verdict, the server delivers again.
 */
final class DeliveryProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(DeliveryProcessor.class);

    /** When the database is away there is no point in asking for the event again at once. */
    private static final Duration DATABASE_AWAY_DELAY = Duration.ofSeconds(2);

    private final DurableConsumer consumer;
    private final Database database;
    private final DeadLetters deadLetters;
    private final Attempts attempts;
    private final HandlerCall handlers;
    private final ProcessedEvents processed;
    private final DeliveryMetrics metrics;
    private final Clock clock;

    DeliveryProcessor(
            DurableConsumer consumer,
            Database database,
            DeadLetters deadLetters,
            MeterRegistry registry,
            Clock clock,
            Tracing tracing) {
        this.consumer = consumer;
        this.database = database;
        this.deadLetters = deadLetters;
        this.attempts = new Attempts(database, consumer.module(), consumer.durable());
        this.handlers = new HandlerCall(consumer, tracing);
        this.processed = new ProcessedEvents(consumer.module(), consumer.durable());
        this.metrics = new DeliveryMetrics(registry, consumer.durable());
        this.clock = clock;
    }

    /** Reads every delivery; without effect. */
    List<Reading> read(List<Incoming> batch) {
        return batch.stream().map(Reading::of).toList();
    }

    /** Decides about every delivery of the batch; returns when all are decided. */
    void process(List<Reading> batch) {
        metrics.consumed.increment(batch.size());
        metrics.duration.record(() -> {
            Map<String, List<Decoded>> firstsByTenant = new LinkedHashMap<>();
            Instant forgotten = forgottenUntil(batch);
            for (Reading reading : batch) {
                Decoded decoded = decoded(reading);
                if (decoded == null || refused(decoded, forgotten)) {
                    continue;
                }
                if (reading.incoming().meta().deliveredCount() == 1) {
                    firstsByTenant
                            .computeIfAbsent(decoded.envelope().tenantId(), tenant -> new ArrayList<>())
                            .add(decoded);
                } else {
                    processAlone(decoded);
                }
            }
            firstsByTenant.values().forEach(this::processTogether);
        });
    }

    /** Null when the delivery is decided already. */
    private @Nullable Decoded decoded(Reading reading) {
        InvalidEventException poison = reading.poison();
        if (poison != null) {
            deadLetter(reading.incoming(), poison.code(), poison, 1, null);
        }
        return reading.decoded();
    }

    /** Asked for once a batch, and only for a backfill; null when the database cannot tell. */
    private @Nullable Instant forgottenUntil(List<Reading> batch) {
        if (batch.stream().noneMatch(reading -> reading.incoming().backfill())) {
            return Instant.MIN;
        }
        try {
            return database.inSystemTransaction(processed::forgottenUntil);
        } catch (JdbiException databaseAway) {
            return null;
        }
    }

    /** A backfill must not repeat what took effect so long ago that nobody remembers. */
    private boolean refused(Decoded delivery, @Nullable Instant forgotten) {
        if (!delivery.incoming().backfill()) {
            return false;
        }
        if (forgotten == null) {
            delivery.incoming().message().nakWithDelay(DATABASE_AWAY_DELAY);
            return true;
        }
        if (!delivery.envelope().timestamp().isBefore(forgotten)) {
            return false;
        }
        delivery.incoming().message().ack();
        metrics.refused.increment();
        LOG.warn(
                "delivery.backfill_refused durable={} event={} reason=older than what is remembered as processed",
                consumer.durable(),
                delivery.envelope().id());
        return true;
    }

    private void processTogether(List<Decoded> deliveries) {
        if (deliveries.size() > 1) {
            try {
                handlers.handle(database, deliveries);
                deliveries.forEach(this::ack);
                return;
            } catch (Exception e) {
                LOG.debug("delivery.batch_failed durable={} size={}", consumer.durable(), deliveries.size(), e);
            }
        }
        deliveries.forEach(this::processAlone);
    }

    private void processAlone(Decoded delivery) {
        MDC.put("correlationId", delivery.envelope().correlationId());
        TraceParent trace = delivery.incoming().traceParent();
        if (trace != null) {
            MDC.put("trace_id", trace.traceId());
        }
        try {
            Attempts.Attempt attempt = attempts.begin(delivery.envelope().id());
            if (attempt.number() > consumer.attempts()) {
                // Counted but never finished: each attempt ended with the death of the process.
                deadLetter(delivery.incoming(), "HANDLER_ABORTED", null, consumer.attempts(), attempt);
                return;
            }
            tryAlone(delivery, attempt);
        } catch (JdbiException databaseAway) {
            LOG.warn("delivery.undecided durable={} reason={}", consumer.durable(), databaseAway.getMessage());
            delivery.incoming().message().nakWithDelay(DATABASE_AWAY_DELAY);
        } finally {
            MDC.remove("correlationId");
            MDC.remove("trace_id");
        }
    }

    private void tryAlone(Decoded delivery, Attempts.Attempt attempt) {
        try {
            handlers.handleAlone(database, delivery, attempt.number(), attempts);
        } catch (Exception failure) {
            if (attempt.number() >= consumer.attempts()) {
                deadLetter(delivery.incoming(), "PROCESSING_ERROR", failure, attempt.number(), attempt);
            } else {
                retry(delivery, attempt.number(), failure);
            }
            return;
        }
        ack(delivery);
    }

    private void ack(Decoded delivery) {
        delivery.incoming().message().ack();
        metrics.acked.increment();
        LOG.debug(
                "delivery.handled durable={} event={}",
                consumer.durable(),
                delivery.envelope().id());
    }

    private void retry(Decoded delivery, int attempt, Exception failure) {
        Duration delay = consumer.delays().get(attempt - 1);
        delivery.incoming().message().nakWithDelay(delay);
        metrics.nacked.increment();
        LOG.warn(
                "delivery.retried durable={} event={} attempt={} delay={} reason={}",
                consumer.durable(),
                delivery.envelope().id(),
                attempt,
                delay,
                failure.toString());
    }

    private void deadLetter(
            Incoming incoming,
            String code,
            @Nullable Exception failure,
            int tried,
            Attempts.@Nullable Attempt attempt) {
        try {
            deadLetters.store(new DeadLetter.Draft(
                    consumer.durable(),
                    incoming.meta().getStream(),
                    incoming.meta().streamSequence(),
                    incoming.subject(),
                    incoming.message().getData(),
                    code,
                    failure,
                    tried,
                    attempt == null ? clock.instant() : attempt.first(),
                    clock.instant(),
                    incoming.traceParent()));
        } catch (NatsAwayException e) {
            // No term without a stored letter: the delivery comes back after the ack wait.
            LOG.error("delivery.dead_letter_not_stored durable={}", consumer.durable(), e);
            return;
        }
        incoming.message().term();
        metrics.deadLettered.increment();
        LOG.error(
                "delivery.dead_lettered durable={} subject={} code={}",
                consumer.durable(),
                incoming.subject(),
                code,
                failure);
        if (attempt != null) {
            attempts.forget(incoming.eventIdOrFallback());
        }
    }
}
