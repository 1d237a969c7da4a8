package com.alumoutreach.analytics.kpi;

import java.time.ZoneId;
import java.util.Set;
import java.util.stream.Collectors;

/** The zones that a tenant may live in. */
final class TimeZones {
    private static final Set<String> KNOWN = ZoneId.getAvailableZoneIds().stream()
            .filter(zone -> zone.equals("UTC") || zone.contains("/") && !zone.startsWith("SystemV/"))
            .collect(Collectors.toUnmodifiableSet());

    private TimeZones() {}

    static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    static Set<String> all() {
        return KNOWN;
    }
}
