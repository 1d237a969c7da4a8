package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.consuming.ErasedContacts.Person;
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
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands whole batches to an archive, event types that nobody knows included. What is no envelope at all becomes a dead
 * letter; a batch that the archive could not take comes back until it can.
 */
final class ArchiveProcessor<R> {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveProcessor.class);
    private static final Duration ARCHIVE_AWAY_DELAY = Duration.ofSeconds(2);

    private final RawBatchHandler<R> archive;
    private final DurableConsumer consumer;
    private final Database database;
    private final ErasedContacts erased;
    private final DeadLetters deadLetters;
    private final DeliveryMetrics metrics;
    private final Clock clock;
    private final HandlerSpans spans;

    ArchiveProcessor(
            RawBatchHandler<R> archive,
            DurableConsumer consumer,
            Database database,
            DeadLetters deadLetters,
            MeterRegistry registry,
            Clock clock,
            Tracing tracing) {
        this.archive = archive;
        this.consumer = consumer;
        this.database = database;
        this.erased = new ErasedContacts(consumer.module());
        this.deadLetters = deadLetters;
        this.metrics = new DeliveryMetrics(registry, consumer.durable());
        this.clock = clock;
        this.spans = new HandlerSpans(consumer, tracing);
    }

    /** One delivery that was read. */
    private sealed interface Read<R> {
        Incoming incoming();
    }

    /**
     * Of the event itself nothing is kept, which would be many times larger.
     *
     * @param person whom it is about, if anybody
     */
    private record Readable<R>(
            Incoming incoming, R row, @Nullable Person person) implements Read<R> {}

    private record Poison<R>(Incoming incoming, InvalidEventException reason) implements Read<R> {}

    /**
     * Reads every delivery, without any effect.
     *
     * @return decides about them; false when the archive could not take the batch, so that the caller pauses
     */
    BooleanSupplier read(List<Incoming> batch) {
        List<Read<R>> read = batch.stream().map(this::read).toList();
        return () -> process(read);
    }

    private Read<R> read(Incoming incoming) {
        try {
            EventEnvelope envelope = envelope(incoming);
            return new Readable<>(incoming, row(incoming, envelope), ErasedContacts.personOf(envelope));
        } catch (InvalidEventException poison) {
            return new Poison<>(incoming, poison);
        }
    }

    private static EventEnvelope envelope(Incoming incoming) {
        return EventCodec.readEnvelope(incoming.message().getData(), incoming.subject(), incoming::fallbackId);
    }

    private R row(Incoming incoming, EventEnvelope envelope) {
        return archive.read(new RawBatchHandler.ArchivedEvent(
                envelope, incoming.positionAmongEvents(), incoming.meta().deliveredCount(), incoming.traceParent()));
    }

    private boolean process(List<Read<R>> batch) {
        metrics.consumed.increment(batch.size());
        List<Readable<R>> events = new ArrayList<>(batch.size());
        for (Read<R> read : batch) {
            switch (read) {
                case Readable<R> event -> events.add(event);
                case Poison<R> poison -> deadLetter(poison.incoming(), poison.reason());
            }
        }
        if (events.isEmpty()) {
            return true;
        }
        try {
            metrics.duration.recordCallable(() -> {
                store(events);
                return true;
            });
        } catch (Exception e) {
            LOG.warn(
                    "delivery.archive_away durable={} size={} reason={}",
                    consumer.durable(),
                    events.size(),
                    e.toString());
            events.forEach(event -> event.incoming().message().nakWithDelay(ARCHIVE_AWAY_DELAY));
            metrics.nacked.increment(events.size());
            return false;
        }
        events.forEach(event -> event.incoming().message().ack());
        metrics.acked.increment(events.size());
        return true;
    }

    private void store(List<Readable<R>> events) throws Exception {
        List<R> rows = withoutErased(events);
        try (Recording recording =
                spans.ofBatch(events, event -> event.incoming().traceParent())) {
            recording.watch(() -> {
                archive.store(rows);
                return true;
            });
        }
    }

    /** Asked right before they are stored: who is erased later is erased in the archive as well. */
    private List<R> withoutErased(List<Readable<R>> events) {
        Set<Person> persons =
                events.stream().map(Readable::person).filter(Objects::nonNull).collect(Collectors.toSet());
        Set<Person> gone = database.inSystemTransaction(tx -> erased.among(tx, persons));
        return events.stream()
                .map(event -> event.person() != null && gone.contains(event.person())
                        ? row(event.incoming(), ErasedContacts.redacted(envelope(event.incoming())))
                        : event.row())
                .toList();
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
