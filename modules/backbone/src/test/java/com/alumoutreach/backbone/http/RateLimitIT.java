package com.alumoutreach.backbone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A tenant that asks too much is told when to come back, and takes nothing from the others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RateLimitIT {
    private static final int BURST = 10;
    private RunningService service;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of(
                "probe.enabled",
                "true",
                "alum.http.rate-limit.burst",
                BURST,
                "alum.http.rate-limit.requests-per-second",
                1));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void everyKnownCallerHearsWhereItStands() {
        HttpResponse<String> first = ask("standing");
        assertThat(first.statusCode()).isEqualTo(404);
        assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"tenant\";q=10;w=10");
        assertThat(first.headers().firstValue("RateLimit")).hasValue("\"tenant\";r=9;t=1");

        HttpResponse<String> forbidden = service.get("/api/dead-letters", service.token("standing", Role.ANALYST));
        assertThat(forbidden.statusCode()).isEqualTo(403);
        assertThat(forbidden.headers().firstValue("RateLimit")).hasValue("\"tenant\";r=8;t=2");
        assertThat(service.get("/health", null).headers().firstValue("RateLimit"))
                .isEmpty();
        assertThat(service.get("/api/dead-letters", null).headers().firstValue("RateLimit"))
                .isEmpty();
    }

    @Test
    void whoAsksTooMuchIsRefusedUntilTimeHasPassed() {
        List<HttpResponse<String>> answers =
                Stream.generate(() -> ask("greedy")).limit(BURST + 10).toList();

        assertThat(answers.stream().filter(answer -> answer.statusCode() == 404))
                .hasSizeGreaterThanOrEqualTo(BURST);
        HttpResponse<String> refused = answers.getLast();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("RATE_LIMITED");
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"tenant\";r=0;t=");
        assertThat(refused.headers().firstValue("Content-Type")).hasValue(Problem.MEDIA_TYPE);

        assertThat(ask("modest").statusCode()).isEqualTo(404);
        Awaitility.await("a token comes back").until(() -> ask("greedy").statusCode() == 404);
    }

    /** What is not there counts too, and needs no server. */
    private HttpResponse<String> ask(String tenant) {
        return service.get("/api/nowhere", service.token(tenant, Role.OPERATOR));
    }
}
