package com.alumoutreach.backbone.deadletter;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant; nulls and an empty set mean any.
 *
 * @param tenantId null only for the platform's admins
 * @param subject the whole subject, or a prefix ending in {@code .>}
 * @param from stored at or after; {@code to}: stored before
 */
record DeadLetterFilter(
        @Nullable String tenantId,
        Set<Long> positions,
        @Nullable String durable,
        @Nullable String subject,
        @Nullable Instant from,
        @Nullable Instant to) {

    boolean matches(DeadLetter letter) {
        return (tenantId == null || tenantId.equals(letter.tenantId()))
                && (positions.isEmpty() || positions.contains(letter.position()))
                && (durable == null || durable.equals(letter.durable()))
                && (subject == null || subjectMatches(letter.subject(), subject))
                && (from == null || !letter.storedAt().isBefore(from))
                && (to == null || letter.storedAt().isBefore(to));
    }

    private static boolean subjectMatches(String subject, String wanted) {
        return wanted.endsWith(".>")
                ? subject.startsWith(wanted.substring(0, wanted.length() - 1))
                : subject.equals(wanted);
    }
}
