/** Compares ClickHouse with the logs of all services, and gives it again what it has lost. */
@NullMarked
package com.alumoutreach.analytics.reconciliation;

import org.jspecify.annotations.NullMarked;
