package com.alumoutreach.backbone.consuming;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.InvalidEventException;
import org.jspecify.annotations.Nullable;

/**
 * What was found inside of a delivery: an event, poison, or neither when it is for another durable.
 *
 * @param decoded null when it is not an event of ours
 * @param poison why it cannot be read
 */
record Reading(
        Incoming incoming,
        @Nullable Decoded decoded,
        @Nullable InvalidEventException poison) {

    static Reading of(Incoming incoming, String durable) {
        if (incoming.redeliveredToOther(durable)) {
            return new Reading(incoming, null, null);
        }
        try {
            EventEnvelope envelope =
                    EventCodec.readEnvelope(incoming.message().getData(), incoming.subject(), incoming.fallbackId());
            return new Reading(incoming, new Decoded(incoming, envelope, EventCodec.decode(envelope)), null);
        } catch (InvalidEventException poison) {
            return new Reading(incoming, null, poison);
        }
    }
}
