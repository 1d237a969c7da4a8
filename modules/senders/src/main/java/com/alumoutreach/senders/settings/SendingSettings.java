package com.alumoutreach.senders.settings;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;

/**
 * How a tenant sends, as it is answered.
 *
 * @param dailySendCap messages a day of the time zone; null for no cap
 * @param timeZone a name of the IANA time zone database
 * @param version 0 while nobody has set anything
 */
@Serdeable
record SendingSettings(@Nullable Long dailySendCap, String timeZone, long version) {
    static final SendingSettings DEFAULT = new SendingSettings(null, "UTC", 0);
}
