package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.deadletter.DeadLetter;
import com.alumoutreach.backbone.deadletter.DeadLetters;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.InvalidEventException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands whole batches to an archive, event types that nobody knows included. What is no envelope at all becomes a dead
 * letter; a batch that the archive could not take comes back until it can.
 */
final class ArchiveProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveProcessor.class);
    private static final Duration ARCHIVE_AWAY_DELAY = Duration.ofSeconds(2);

    private final DurableConsumer consumer;
    private final Database database;
    private final ErasedContacts erased;
    private final DeadLetters deadLetters;
    private final DeliveryMetrics metrics;
    private final Clock clock;
    private final HandlerSpans spans;

    ArchiveProcessor(
            DurableConsumer consumer,
            Database database,
            DeadLetters deadLetters,
            MeterRegistry registry,
            Clock clock,
            Tracing tracing) {
        this.consumer = consumer;
        this.database = database;
        this.erased = new ErasedContacts(consumer.module());
        this.deadLetters = deadLetters;
        this.metrics = new DeliveryMetrics(registry, consumer.durable());
        this.clock = clock;
        this.spans = new HandlerSpans(consumer, tracing);
    }

    /**
     * One delivery that was read.
     *
     * @param event null when it is no envelope
     */
    private record Read(
            Incoming incoming,
            RawBatchHandler.@Nullable ArchivedEvent event,
            @Nullable InvalidEventException poison) {}

    /**
     * Reads every delivery, without any effect.
     *
     * @return decides about them; false when the archive could not take the batch, so that the caller pauses
     */
    BooleanSupplier read(List<Incoming> batch) {
        List<Read> read = batch.stream().map(ArchiveProcessor::read).toList();
        return () -> process(read);
    }

    private boolean process(List<Read> batch) {
        metrics.consumed.increment(batch.size());
        List<Incoming> readable = new ArrayList<>(batch.size());
        List<RawBatchHandler.ArchivedEvent> events = new ArrayList<>(batch.size());
        for (Read read : batch) {
            RawBatchHandler.ArchivedEvent event = read.event();
            if (event == null) {
                deadLetter(read.incoming(), Objects.requireNonNull(read.poison()));
            } else {
                readable.add(read.incoming());
                events.add(event);
            }
        }
        if (events.isEmpty()) {
            return true;
        }
        try {
            metrics.duration.recordCallable(() -> {
                archive(withoutErased(events));
                return true;
            });
        } catch (Exception e) {
            LOG.warn(
                    "delivery.archive_away durable={} size={} reason={}",
                    consumer.durable(),
                    events.size(),
                    e.toString());
            readable.forEach(incoming -> incoming.message().nakWithDelay(ARCHIVE_AWAY_DELAY));
            metrics.nacked.increment(readable.size());
            return false;
        }
        readable.forEach(incoming -> incoming.message().ack());
        metrics.acked.increment(readable.size());
        return true;
    }

    private void archive(List<RawBatchHandler.ArchivedEvent> events) throws Exception {
        try (Recording recording = spans.ofBatch(events, RawBatchHandler.ArchivedEvent::traceParent)) {
            recording.watch(() -> {
                Objects.requireNonNull(consumer.rawHandler()).on(events);
                return true;
            });
        }
    }

    private List<RawBatchHandler.ArchivedEvent> withoutErased(List<RawBatchHandler.ArchivedEvent> events) {
        List<EventEnvelope> envelopes = database.inSystemTransaction(tx -> erased.redacted(
                tx, events.stream().map(RawBatchHandler.ArchivedEvent::envelope).toList()));
        List<RawBatchHandler.ArchivedEvent> result = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            RawBatchHandler.ArchivedEvent event = events.get(i);
            result.add(new RawBatchHandler.ArchivedEvent(
                    envelopes.get(i), event.streamPosition(), event.attempt(), event.traceParent()));
        }
        return result;
    }

    private static Read read(Incoming incoming) {
        try {
            RawBatchHandler.ArchivedEvent event = new RawBatchHandler.ArchivedEvent(
                    EventCodec.readEnvelope(incoming.message().getData(), incoming.subject(), incoming.fallbackId()),
                    incoming.positionAmongEvents(),
                    incoming.meta().deliveredCount(),
                    incoming.traceParent());
            return new Read(incoming, event, null);
        } catch (InvalidEventException poison) {
            return new Read(incoming, null, poison);
        }
    }

    private void deadLetter(Incoming incoming, InvalidEventException poison) {
        try {
            deadLetters.store(new DeadLetter.Draft(
                    consumer.durable(),
                    incoming.meta().getStream(),
                    incoming.meta().streamSequence(),
                    incoming.subject(),
                    incoming.message().getData(),
                    poison.code(),
                    poison,
                    1,
                    clock.instant(),
                    clock.instant(),
                    incoming.traceParent()));
            incoming.message().term();
            metrics.deadLettered.increment();
            LOG.error(
                    "delivery.dead_lettered durable={} subject={} code={}",
                    consumer.durable(),
                    incoming.subject(),
                    poison.code(),
                    poison);
        } catch (NatsAwayException e) {
            LOG.error("delivery.dead_letter_not_stored durable={}", consumer.durable(), e);
        }
    }
}
