package com.alumoutreach.templates.template;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.UUID;

/** A template as it is stored and answered. */
@Serdeable
record Template(
        UUID id,
        String name,
        String channel,
        @Nullable String subject,
        @Nullable String html,
        @Nullable String text,
        long version) {}
