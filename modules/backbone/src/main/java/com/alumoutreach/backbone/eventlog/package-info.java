/** The append-only event log of a schema, which is also its outbox, and the relay that publishes it. */
@NullMarked
package com.alumoutreach.backbone.eventlog;

import org.jspecify.annotations.NullMarked;
