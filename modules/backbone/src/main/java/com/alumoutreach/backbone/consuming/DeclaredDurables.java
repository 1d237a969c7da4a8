package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.jetstream.DurableDefinition;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.Redelivery;
import jakarta.inject.Singleton;
import java.util.List;

@Singleton
final class DeclaredDurables implements DurableDefinition.Source {
    /** Enough for several instances to hold a full batch each. */
    private static final int PENDING_BATCHES = 8;

    private final List<DurableConsumer> consumers;

    DeclaredDurables(List<DurableConsumer> consumers) {
        this.consumers = consumers;
    }

    @Override
    public List<DurableDefinition> durables() {
        return consumers.stream()
                .flatMap(c -> c.sources().stream().map(source -> definition(c, source)))
                .toList();
    }

    private static DurableDefinition definition(DurableConsumer consumer, EventStream source) {
        return new DurableDefinition(
                source,
                consumer.durable(),
                source == EventStream.REDELIVERIES
                        ? List.of(Redelivery.filter(consumer.durable()))
                        : consumer.subjects(),
                consumer.ackWait(),
                (long) consumer.batchSize() * PENDING_BATCHES);
    }
}
