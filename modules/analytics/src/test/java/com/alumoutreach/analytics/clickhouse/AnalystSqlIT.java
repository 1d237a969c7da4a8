package com.alumoutreach.analytics.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.analytics.AnalyticsRun;
import com.alumoutreach.backbone.testing.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The engine here has no users: that the statements for a server are ones is all that can be known. */
class AnalystSqlIT {
    private static final Path FOLDER = Path.of("..", "..", "infra", "clickhouse");

    @Test
    void statementsForAServerParse() throws IOException {
        List<String> formatted = new ArrayList<>();
        try (RunningService service = AnalyticsRun.start()) {
            for (String file : List.of("analyst.sql", "analyst_of_tenant.sql")) {
                for (String statement : Files.readString(FOLDER.resolve(file))
                        .replaceAll("(?m)^--.*$", "")
                        .replace("PASSWORD_HASH", "0".repeat(64))
                        .split(";\\s*\n")) {
                    if (!statement.isBlank()) {
                        formatted.add(service.context()
                                .getBean(ClickHouse.class)
                                .query("SELECT formatQuery({statement:String}) AS text", Map.of("statement", statement))
                                .getFirst()
                                .getString("text"));
                    }
                }
            }
        }

        assertThat(formatted).hasSize(11);
        assertThat(formatted.getLast()).contains("ROW POLICY", "tenant_id = 'acme'", "TO analyst_acme");
    }
}
