package com.alumoutreach.segments.segment;

import com.alumoutreach.segments.rule.Rule;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A segment as it is stored.
 *
 * @param evaluatingAfter not null while the definition has to be evaluated over all contacts
 */
public record Segment(
        UUID id,
        String tenantId,
        String name,
        Definition definition,
        long version,
        @Nullable String evaluatingAfter,
        String correlationId) {
    /**
     * Who belongs to it.
     *
     * @param rule null for a static segment, whose members are listed
     * @param ages whether its answers change while nothing happens
     * @param match of the first form of rules, as it was given; else null
     * @param conditions of the first form
     */
    public record Definition(
            @Nullable Rule rule,
            boolean ages,
            @Nullable String match,
            @Nullable List<Map<String, Object>> conditions) {
        public static final Definition LISTED = new Definition(null, false, null, null);

        static Definition of(Rule rule) {
            return new Definition(rule, rule.ages(), null, null);
        }

        /** @param rule what the conditions mean */
        static Definition ofConditions(
                Rule rule, @Nullable String match, @Nullable List<Map<String, Object>> conditions) {
            return new Definition(rule, rule.ages(), match, conditions);
        }

        String type() {
            return rule == null ? "static" : "dynamic";
        }
    }

    public boolean dynamic() {
        return definition.rule() != null;
    }

    /** Cheap: segments are gathered in sets for every contact that changes. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Segment segment && id.equals(segment.id) && version == segment.version;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }
}
