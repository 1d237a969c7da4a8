package com.alumoutreach.segments.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.RunningService;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A preview that takes too long ends, and says so. */
class PreviewTooSlowIT {
    @Test
    void isGivenUp() {
        try (RunningService service = RunningService.start(Map.of("alum.segments.preview-timeout-ms", 1))) {
            service.asOwner("""
                    INSERT INTO segments.contact_copies (tenant_id, contact_id, fields_version, facts)
                    SELECT 'slow', n::text, 1, '{"email":"a@example.com"}' FROM generate_series(1, 50000) n""");

            HttpResponse<String> answer = service.post(
                    "/api/segments/preview",
                    "{\"rule\":{\"field\":\"email\",\"op\":\"contains\",\"value\":\"b\"}}",
                    service.token("slow", Role.ADMIN));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.body()).contains("PREVIEW_TOO_SLOW");
        }
    }
}
