package com.alumoutreach.contracts;

/**
 * An entry of the catalogue.
 *
 * @param version the newest version that this code writes, {@code major.minor}
 * @param domain the subject's first token
 */
public record EventType(String subject, String version, Class<? extends Event> recordType, String domain) {}
