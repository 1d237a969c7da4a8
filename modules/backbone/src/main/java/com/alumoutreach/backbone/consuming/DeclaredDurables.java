package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.jetstream.DurableDefinition;
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
                .map(c -> new DurableDefinition(
                        c.stream(), c.durable(), c.subjects(), c.ackWait(), (long) c.batchSize() * PENDING_BATCHES))
                .toList();
    }
}
