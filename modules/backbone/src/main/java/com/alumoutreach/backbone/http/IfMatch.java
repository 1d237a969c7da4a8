package com.alumoutreach.backbone.http;

import io.micronaut.http.HttpStatus;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * The version that a change is meant for: {@code If-Match}, RFC 9110 section 13.1.1. It is compared inside the transaction of
 * the change, after the row was locked, so that of two writers with one version the second fails.
 *
 * @param header null when the caller does not care
 */
public record IfMatch(@Nullable String header) {
    /** @throws ProblemException PRECONDITION_FAILED when none of the named versions is this one; a weak tag never is */
    public void check(long version) {
        if (header == null || header.strip().equals("*")) {
            return;
        }
        if (EntityTag.ONE.matcher(header).results().noneMatch(tag -> names(tag, version))) {
            throw new ProblemException(
                    HttpStatus.PRECONDITION_FAILED,
                    "PRECONDITION_FAILED",
                    "Somebody changed it since: its version is " + version + ", which If-Match does not name");
        }
    }

    private static boolean names(MatchResult tag, long version) {
        String content = tag.group(2).substring(1, tag.group(2).length() - 1);
        return tag.group(1) == null && content.split(EntityTag.SEPARATOR, 2)[0].equals(Long.toString(version));
    }
}
