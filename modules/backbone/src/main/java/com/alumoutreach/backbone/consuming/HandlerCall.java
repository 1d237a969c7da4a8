package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.tracing.Recording;
import com.alumoutreach.backbone.tracing.Tracing;
import com.alumoutreach.contracts.Event;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Calls a durable's handlers in one transaction with the mark that the events are processed: both, or neither. */
final class HandlerCall {
    private final DurableConsumer consumer;
    private final ProcessedEvents processed;
    private final HandlerSpans spans;

    HandlerCall(DurableConsumer consumer, Tracing tracing) {
        this.consumer = consumer;
        this.processed = new ProcessedEvents(consumer.module(), consumer.durable());
        this.spans = new HandlerSpans(consumer, tracing);
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
        List<Delivery> unseen = deliveries.stream()
                // remove() answers true once, so that a duplicate within the batch is dropped too
                .filter(d -> fresh.remove(d.envelope().id()))
                .map(d -> new Delivery(
                        tx,
                        d.envelope(),
                        d.event(),
                        consumer.module(),
                        attempt,
                        d.incoming().traceParent()))
                .toList();
        if (unseen.isEmpty()) {
            return;
        }
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
