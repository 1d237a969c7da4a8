package com.alumoutreach.contacts;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * Configuration below {@code alum.contacts}.
 *
 * @param defaultRegion the country (ISO 3166-1 alpha-2) whose number a phone number without a country prefix is
 */
@ConfigurationProperties("alum.contacts")
public record ContactsConfig(@Bindable(defaultValue = "US") String defaultRegion) {}
