package com.alumoutreach.backbone.consuming;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.InvalidEventException;
import org.jspecify.annotations.Nullable;

/**
 * What was found inside of a delivery: an event or poison.
 *
 * @param decoded null when it is poison
 * @param poison why it cannot be read
 */
record Reading(
        Incoming incoming,
        @Nullable Decoded decoded,
        @Nullable InvalidEventException poison) {

    static Reading of(Incoming incoming) {
        try {
            EventEnvelope envelope =
                    EventCodec.readEnvelope(incoming.message().getData(), incoming.subject(), incoming::fallbackId);
            return new Reading(incoming, new Decoded(incoming, envelope, EventCodec.decode(envelope)), null);
        } catch (InvalidEventException poison) {
            return new Reading(incoming, null, poison);
        }
    }
}
