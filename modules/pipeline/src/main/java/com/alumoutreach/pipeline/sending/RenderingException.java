package com.alumoutreach.pipeline.sending;

import org.jspecify.annotations.Nullable;

/** A template cannot be filled in. */
final class RenderingException extends RuntimeException {
    RenderingException(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
