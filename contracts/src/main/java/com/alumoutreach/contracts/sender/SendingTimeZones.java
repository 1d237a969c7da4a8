package com.alumoutreach.contracts.sender;

import java.time.ZoneId;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The zones that a tenant may live in: regions of the IANA time zone database, and UTC. Old names without a region ({@code Japan}, {@code
 * EST5EDT}) are not among them, as not every database knows them. Where events tell of another one, all figures take it for UTC.
 */
public final class SendingTimeZones {
    /** The zone of a tenant that has set none, or one that is not known. */
    public static final String DEFAULT = "UTC";

    /** Java has some of its own, which databases do not know. */
    private static final String JAVAS_OWN = "SystemV/";

    private static final Set<String> KNOWN = ZoneId.getAvailableZoneIds().stream()
            .filter(zone -> zone.equals(DEFAULT) || zone.contains("/") && !zone.startsWith(JAVAS_OWN))
            .collect(Collectors.toUnmodifiableSet());

    private SendingTimeZones() {}

    public static boolean isKnown(String name) {
        return KNOWN.contains(name);
    }

    public static Set<String> all() {
        return KNOWN;
    }
}
