package com.alumoutreach.backbone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.testing.RunningService;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Postgres has no room for is the caller's mistake, also where no endpoint has looked for it. */
class UnstorableIT {
    @Test
    void isABadRequestThatSaysNothingOfTheDatabase() {
        try (RunningService service = RunningService.start(Map.of("probe.enabled", "true"))) {
            for (String path : List.of(
                    "/probe/jsons/a%00",
                    "/probe/jsons/%22%5Cu0000%22", "/probe/numbers/1%00", "/probe/numbers/99999999999")) {
                HttpResponse<String> answer = service.post(path, "", null);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(answer.body())
                        .contains("\"code\":\"INVALID_VALUE\"")
                        .doesNotContainIgnoringCase("insert")
                        .doesNotContainIgnoringCase("select")
                        .doesNotContainIgnoringCase("sql")
                        .doesNotContain("UTF8", "invalid byte");
            }
        }
    }
}
