package com.alumoutreach.contacts;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;

/**
 * Configuration below {@code alum.contacts}.
 *
 * @param defaultRegion the country (ISO 3166-1 alpha-2) whose number a phone number without a country prefix is
 * @param exportSources services that are asked what they know of a person, and are named when they do not answer
 * @param exportWait how long they have to answer
 */
@ConfigurationProperties("alum.contacts")
public record ContactsConfig(
        @Bindable(defaultValue = "US") String defaultRegion,

        @Bindable(defaultValue = "segments,campaigns,pipeline,analytics")
        List<String> exportSources,

        @Bindable(defaultValue = "10s") Duration exportWait) {}
