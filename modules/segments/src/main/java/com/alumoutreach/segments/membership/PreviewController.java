package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.rule.SqlRule;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.security.annotation.Secured;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** Who would belong to a segment, before there is one. */
@Controller("/api/segments/preview")
@ExecuteOn(TaskExecutors.BLOCKING)
@Secured({Role.ADMIN_NAME, Role.OPERATOR_NAME})
class PreviewController {
    private static final int SAMPLE = 10;
    private static final String CANCELLED = "57014";

    private final Database database;
    private final Clock clock;
    private final long timeoutMillis;

    /** @param timeoutMillis after so long the query is given up */
    PreviewController(
            Database database, Clock clock, @Value("${alum.segments.preview-timeout-ms:5000}") long timeoutMillis) {
        this.database = database;
        this.clock = clock;
        this.timeoutMillis = timeoutMillis;
    }

    /** Counts who would belong, as of now, and shows ten of them. */
    @Post
    PreviewResponse preview(Caller caller, @Body @Valid PreviewRequest request) {
        Rule rule = request.conditions() == null
                ? RuleReader.read(request.rule())
                : RuleReader.readConditions(request.match(), request.conditions());
        try {
            return database.inTransaction(caller.tenantId(), tx -> preview(tx, caller.tenantId(), rule));
        } catch (JdbiException e) {
            if (cancelled(e)) {
                throw new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "PREVIEW_TOO_SLOW",
                        "Counting takes longer than " + timeoutMillis
                                + " ms; make the rule simpler, or create the segment");
            }
            throw e;
        }
    }

    private PreviewResponse preview(Handle tx, String tenant, Rule rule) {
        long start = System.nanoTime();
        Instant asOf = clock.instant();
        tx.execute("SET LOCAL statement_timeout = " + timeoutMillis);
        tx.execute("SET LOCAL work_mem = '64MB'");
        tx.execute("SET LOCAL jit = off");
        SqlRule sql = new SqlRule(rule, false, asOf.toEpochMilli());
        String from = " FROM segments.contact_copies c " + sql.joins() + " WHERE c.tenant_id = :tenant AND "
                + sql.condition();
        long count = sql.bind(tx.createQuery("SELECT count(*)" + from).bind("tenant", tenant))
                .mapTo(Long.class)
                .one();
        List<SampleContact> sample = count == 0
                ? List.of()
                : sql.bind(tx.createQuery("SELECT c.contact_id, c.email, c.first_name, c.last_name" + from + " LIMIT "
                                        + SAMPLE)
                                .bind("tenant", tenant))
                        .map((row, context) -> new SampleContact(
                                row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
                        .list();
        return new PreviewResponse(count, sample, asOf, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }

    private static boolean cancelled(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && CANCELLED.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** A rule, or conditions in the first form of rules. */
    @Serdeable
    record PreviewRequest(
            @Nullable @Schema(type = "object") Object rule,
            @Nullable String match,
            @Nullable List<Object> conditions) {}

    @Serdeable
    record PreviewResponse(long count, List<SampleContact> sample, Instant asOf, long durationMs) {}

    @Serdeable
    record SampleContact(
            String contactId,
            @Nullable String email,
            @Nullable String firstName,
            @Nullable String lastName) {}
}
