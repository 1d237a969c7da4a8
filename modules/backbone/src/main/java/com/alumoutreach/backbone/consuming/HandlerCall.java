package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Calls a durable's handlers in one transaction with the mark that the events are processed: both, or neither. */
final class HandlerCall {
    private final DurableConsumer consumer;
    private final ProcessedEvents processed;
    private final HandlerSpans spans;
    private final ErasedContacts erased;

    HandlerCall(DurableConsumer consumer, Tracing tracing) {
        this.consumer = consumer;
        this.processed = new ProcessedEvents(consumer.module(), consumer.durable());
        this.spans = new HandlerSpans(consumer, tracing);
        this.erased = new ErasedContacts(consumer.module());
    }

    /** @param deliveries of one tenant, in stream order */
    void handle(Database database, List<Decoded> deliveries) throws Exception {
        handle(database, deliveries, 1, tx -> {});
    }

    void handleAlone(Database database, Decoded delivery, int attempt, Attempts attempts) throws Exception {
        handle(
                database,
                List.of(delivery),
                attempt,
                tx -> attempts.forget(tx, delivery.envelope().id()));
    }

    private void handle(
            Database database, List<Decoded> deliveries, int attempt, java.util.function.Consumer<Handle> after)
            throws Exception {
        String tenant = deliveries.getFirst().envelope().tenantId();
        try {
            database.useTransaction(tenant, tx -> {
                try {
                    callUnseen(tx, deliveries, attempt);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new HandlerFailure(e);
                }
                after.accept(tx);
            });
        } catch (HandlerFailure e) {
            throw e.failure;
        }
    }

    private void callUnseen(Handle tx, List<Decoded> deliveries, int attempt) throws Exception {
        Set<UUID> fresh = processed.mark(
                tx, deliveries.stream().map(d -> d.envelope().id()).distinct().toList());
        List<Decoded> unseenEvents = deliveries.stream()
                // remove() answers true once, so that a duplicate within the batch is dropped too
                .filter(d -> fresh.remove(d.envelope().id()))
                .toList();
        if (unseenEvents.isEmpty()) {
            return;
        }
        List<Delivery> unseen = withoutErased(tx, unseenEvents, attempt);
        BatchHandler batchHandler = consumer.batchHandler();
        if (batchHandler != null) {
            callTogether(batchHandler, unseen);
            return;
        }
        for (Delivery delivery : unseen) {
            call(delivery);
        }
    }

    private void callTogether(BatchHandler handler, List<Delivery> deliveries) throws Exception {
        try (Recording recording = spans.ofBatch(deliveries, Delivery::traceParent)) {
            recording.watch(() -> {
                handler.on(deliveries.stream().map(d -> d.within(recording)).toList());
                return true;
            });
        }
    }

    private List<Delivery> withoutErased(Handle tx, List<Decoded> events, int attempt) {
        List<EventEnvelope> envelopes =
                erased.redacted(tx, events.stream().map(Decoded::envelope).toList());
        List<Delivery> result = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            EventEnvelope envelope = envelopes.get(i);
            Decoded original = events.get(i);
            Event event = envelope == original.envelope() ? original.event() : EventCodec.decode(envelope);
            result.add(new Delivery(
                    tx,
                    envelope,
                    event,
                    consumer.module(),
                    attempt,
                    original.incoming().traceParent()));
        }
        return result;
    }

    @SuppressWarnings("unchecked") // DurableConsumer.Builder.on pairs a type with a handler of that type
    private void call(Delivery delivery) throws Exception {
        EventHandler<Event> handler =
                (EventHandler<Event>) consumer.handlers().get(delivery.event().getClass());
        if (handler == null) {
            return;
        }
        try (Recording recording = spans.of(delivery)) {
            recording.watch(() -> {
                handler.on(delivery.event(), delivery.within(recording));
                return true;
            });
        }
    }

    private static final class HandlerFailure extends RuntimeException {
        private final Exception failure;

        HandlerFailure(Exception failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
