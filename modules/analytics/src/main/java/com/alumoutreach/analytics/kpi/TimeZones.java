package com.alumoutreach.analytics.kpi;

import com.alumoutreach.contracts.sender.SendingTimeZones;
import java.util.Set;

/** The zones that a tenant may live in. */
final class TimeZones {
    private TimeZones() {}

    static boolean isKnown(String name) {
        return SendingTimeZones.isKnown(name);
    }

    static Set<String> all() {
        return SendingTimeZones.all();
    }
}
