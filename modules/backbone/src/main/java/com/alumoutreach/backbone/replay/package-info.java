/** Backfill: events of the logs, given to one durable. */
@NullMarked
package com.alumoutreach.backbone.replay;

import org.jspecify.annotations.NullMarked;
