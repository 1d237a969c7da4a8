package com.alumoutreach.analytics.report;

import com.alumoutreach.backbone.http.ProblemException;
import java.util.Arrays;
import java.util.Locale;

/** By what a report is divided. */
enum Dimension {
    CAMPAIGNS("campaign_id", "campaign"),
    SEQUENCES("sequence_id", "sequence"),
    SENDERS("sender_id", ""),
    TEMPLATES("template_id", "template"),
    /** Messages do not name a segment; their campaign does. */
    SEGMENTS("transform(campaign_id, segments.1, segments.2, '')", "segment"),
    PROVIDERS("provider", "");

    private final String key;
    private final String domain;

    Dimension(String key, String domain) {
        this.key = key;
        this.domain = domain;
    }

    /** @throws ProblemException REPORT_NOT_FOUND */
    static Dimension named(String name) {
        return Arrays.stream(values())
                .filter(dimension -> dimension.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("report", name));
    }

    /** Of {@code events}: whose event it is; empty for nobody's. */
    String key() {
        return key;
    }

    /** Whether its things have names, and events that tell them. */
    boolean named() {
        return !domain.isEmpty();
    }

    /** Of what has names: where events say them, for example {@code campaign} for {@code campaign.created}. */
    String domain() {
        return domain;
    }
}
