package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.http.ProblemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of a row, according to whether its contact is there already. */
enum ImportMode {
    /** Creates, and a row of somebody who is there is skipped and listed as {@code CONTACT_EXISTS}. */
    CREATE,
    /** Creates, or changes who is there. */
    UPDATE,
    /** Creates, and skips who is there without a word. */
    SKIP,
    /** Changes who is there, and skips who is not. */
    EXISTING;

    boolean creates() {
        return this != EXISTING;
    }

    boolean updates() {
        return this == UPDATE || this == EXISTING;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws ProblemException INVALID_MODE; null is {@code update} */
    static ImportMode of(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return UPDATE;
        }
        for (ImportMode mode : values()) {
            if (mode.wireName().equals(name)) {
                return mode;
            }
        }
        throw ProblemException.badRequest("INVALID_MODE", "mode is one of create, update, skip, existing");
    }
}
