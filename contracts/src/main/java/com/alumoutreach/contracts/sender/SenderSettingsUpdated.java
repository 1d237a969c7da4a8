package com.alumoutreach.contracts.sender;

import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.Required;
import com.alumoutreach.contracts.Subject;
import org.jspecify.annotations.Nullable;

/**
 * How a tenant sends, whole, from now on.
 *
 * @param timeZone one of {@link SendingTimeZones}; days, weeks and months of the tenant's figures begin by it
 * @param dailySendCap messages a day of that zone; null for no cap
 */
@Subject("sender.settings.updated")
public record SenderSettingsUpdated(
        @Required String timeZone, @Nullable Long dailySendCap) implements SenderEvent {
    @Override
    public EntityRef entity() {
        return new EntityRef("sending", "settings");
    }
}
