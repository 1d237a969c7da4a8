/** Traces after W3C Trace Context and OpenTelemetry: from a request through log, stream and handlers. */
@NullMarked
package com.alumoutreach.backbone.tracing;

import org.jspecify.annotations.NullMarked;
