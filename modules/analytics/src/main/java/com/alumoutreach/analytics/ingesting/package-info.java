/** From the stream into the {@code events} table, every event once. */
@NullMarked
package com.alumoutreach.analytics.ingesting;

import org.jspecify.annotations.NullMarked;
