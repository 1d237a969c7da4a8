/** What analytics adds to the journeys of events: when they were published, and when ClickHouse had them. */
@NullMarked
package com.alumoutreach.analytics.journey;

import org.jspecify.annotations.NullMarked;
