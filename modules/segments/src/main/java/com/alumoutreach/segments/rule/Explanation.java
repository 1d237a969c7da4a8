package com.alumoutreach.segments.rule;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * A node of a rule with its answer.
 *
 * @param node {@code all}, {@code any}, {@code not} or {@code condition}
 * @param condition as it was written
 * @param seen values of the contact, as they are compared; of behaviour the newest times, one more than counts
 */
@Serdeable
public record Explanation(
        String node,
        boolean result,
        @Nullable Map<String, Object> condition,
        @Nullable List<String> seen,
        @Nullable List<Explanation> nodes) {
    static Explanation of(String node, boolean result, List<Explanation> nodes) {
        return new Explanation(node, result, null, null, nodes);
    }

    static Explanation ofLeaf(Map<String, Object> condition, boolean result, List<String> seen) {
        return new Explanation("condition", result, condition, seen, null);
    }
}
