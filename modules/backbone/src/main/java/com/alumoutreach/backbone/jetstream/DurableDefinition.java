package com.alumoutreach.backbone.jetstream;

import java.time.Duration;
import java.util.List;

/**
 * What the server has to know of a durable consumer.
 *
 * @param subjects filters; empty for everything
 * @param maxAckPending deliveries that may be out at once over all instances
 */
public record DurableDefinition(
        EventStream stream, String durable, List<String> subjects, Duration ackWait, long maxAckPending) {

    /** Every durable that the modules of this process declare. */
    @FunctionalInterface
    public interface Source {
        List<DurableDefinition> durables();
    }
}
