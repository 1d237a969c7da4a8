package com.alumoutreach.analytics.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;

/**
 * Something that the outreach team should do.
 *
 * @param priority from 1, the first to be done
 * @param action a stable name for it
 * @param url where in the console
 * @param trail the figure whose events caused it, as in {@code /api/dashboard/kpis/{kpi}/events}
 * @param campaignId of a single campaign's events
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record NextAction(
        int priority,
        String title,
        String action,
        String url,
        String trail,
        @Nullable String campaignId) {}
