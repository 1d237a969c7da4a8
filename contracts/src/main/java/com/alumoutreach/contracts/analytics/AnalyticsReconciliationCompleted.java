package com.alumoutreach.contracts.analytics;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The archive was compared with the services' logs.
 *
 * @param compared events in the logs
 * @param missing of them in the archive, before they were replayed
 * @param surplus events of these services in the archive, but in no log
 * @param incomplete services that did not answer, comma-separated; null when all did
 */
@Subject("analytics.reconciliation.completed")
public record AnalyticsReconciliationCompleted(
        @Required String reconciliationId,
        @Required Instant fromTime,
        @Required Instant toTime,
        @Required Long compared,
        @Required Long missing,
        @Required Long surplus,
        @Required Long replayed,
        @Nullable String incomplete,
        @Required Boolean agreed)
        implements AnalyticsEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(reconciliationId, "reconciliation");
    }
}
