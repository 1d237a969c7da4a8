package com.alumoutreach.backbone.journey;

import java.util.Collection;
import java.util.List;

/** What a module knows of events beyond its log: where it put them. */
@FunctionalInterface
public interface MoreStations {
    /** @return none of events that it does not know; none at all while what it would ask is away */
    List<Station> of(Collection<LoggedEvent> events);
}
