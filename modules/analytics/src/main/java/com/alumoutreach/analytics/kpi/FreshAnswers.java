package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.clickhouse.ClickHouseAwayException;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.http.ProblemException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What ClickHouse says, as an answer that tells how fresh it is; or that it says nothing now. */
@Singleton
public class FreshAnswers {
    /** As of when the answer is. */
    private static final String AS_OF = "Alum-As-Of";

    /** When the tenant's latest event until then happened; missing before the first. */
    private static final String LAST_EVENT_AT = "Alum-Last-Event-At";

    private final ClickHouseKpis kpis;
    private final EventsTable table;

    FreshAnswers(ClickHouseKpis kpis, EventsTable table) {
        this.kpis = kpis;
        this.table = table;
    }

    /**
     * With the headers.
     *
     * @throws ProblemException ANALYTICS_UNAVAILABLE
     */
    public <T> HttpResponse<T> with(String tenantId, Instant at, Supplier<T> question) {
        return asked(() -> {
            Supplier<@Nullable Instant> lastEventAt = kpis.askLastEventAt(tenantId, at);
            MutableHttpResponse<T> response = HttpResponse.ok(question.get()).header(AS_OF, at.toString());
            Instant last = lastEventAt.get();
            return last == null ? response : response.header(LAST_EVENT_AT, last.toString());
        });
    }

    /**
     * Asks once the table is there.
     *
     * @throws ProblemException ANALYTICS_UNAVAILABLE
     */
    public <T> T asked(Supplier<T> question) {
        try {
            table.ensure();
            return question.get();
        } catch (ClickHouseAwayException e) {
            throw new ProblemException(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "ANALYTICS_UNAVAILABLE",
                    "The analytics database does not answer now");
        }
    }
}
