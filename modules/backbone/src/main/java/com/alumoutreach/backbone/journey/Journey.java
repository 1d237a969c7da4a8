package com.alumoutreach.backbone.journey;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What is known of an id, in the order of time.
 *
 * @param id as it was asked for
 * @param truncated there are more events than {@link JourneyService#MAX_EVENTS}; the oldest are shown
 */
@Serdeable
public record Journey(String id, List<Station> stations, boolean truncated) {}
