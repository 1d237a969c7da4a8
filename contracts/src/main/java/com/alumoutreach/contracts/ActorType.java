package com.alumoutreach.contracts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What kind of somebody did it; lower case on the wire. */
public enum ActorType {
    USER,
    SYSTEM,
    CLIENT;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
