package com.alumoutreach.contracts.analytics;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import java.time.Instant;

/**
 * A tenant's figures were computed in several ways, and compared.
 *
 * @param asOf the moment whose figures they are
 * @param figures how many were compared
 * @param differences how many were not the same
 */
@Subject("analytics.validation.completed")
public record AnalyticsValidationCompleted(
        @Required String validationId,
        @Required Instant asOf,
        @Required Long events,
        @Required Long figures,
        @Required Long differences,
        @Required Boolean agreed)
        implements AnalyticsEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef(validationId, "validation");
    }
}
