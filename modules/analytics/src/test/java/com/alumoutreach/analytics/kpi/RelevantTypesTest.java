package com.alumoutreach.analytics.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.clickhouse.LastingTypes;
import org.junit.jupiter.api.Test;

class RelevantTypesTest {
    /** What a campaign was last said to be counts for as long as it is, however old that word gets. */
    @Test
    void whatCampaignsSayOfThemselvesOutlivesRetention() {
        assertThat(LastingTypes.all()).containsAll(RelevantTypes.LIFECYCLE);
    }

    @Test
    void nothingOutlivesRetentionThatNoFigureIsMadeOf() {
        assertThat(RelevantTypes.all()).containsAll(LastingTypes.all());
    }
}
