package com.alumoutreach.contracts;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;

/** Ids of events and entities. */
public final class EventIds {
    private static final TimeBasedEpochGenerator BY_TIME = Generators.timeBasedEpochGenerator();
    private static final NameBasedGenerator BY_NAME =
            Generators.nameBasedGenerator(UUID.fromString("5f0d6c1e-2a0b-5c51-9d3a-0a1c6f1f6d2e"));

    private EventIds() {}

    /** UUIDv7: later ids sort after earlier ones, which keeps indexes dense. */
    public static UUID next() {
        return BY_TIME.generate();
    }

    /** UUIDv5: the same text always gives the same id, so that a repeated step makes no second thing. */
    public static UUID derived(String text) {
        return BY_NAME.generate(text);
    }
}
