package com.alumoutreach.backbone.module;

import java.time.Duration;

/** Work of a module that no request waits for, cut into steps. Each step commits what it did, so that a kill costs one step. */
public interface BackgroundWork {
    /** Unique, for logs and for {@link BackgroundWorks#wake}. */
    String name();

    /**
     * One step.
     *
     * @return true when there was work, so that the next step follows at once
     * @throws Exception logged; the next step follows after {@link #idle()}
     */
    boolean step() throws Exception;

    /** How long to wait after a step without work; 1 s unless said otherwise. */
    default Duration idle() {
        return Duration.ofSeconds(1);
    }
}
