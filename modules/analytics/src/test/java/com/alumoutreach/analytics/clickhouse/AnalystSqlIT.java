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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What analysts and their administrators are given. */
class AnalystSqlIT {
    private static final Path FOLDER = Path.of("..", "..", "infra", "clickhouse");
    private static final Path GUIDE = Path.of("..", "..", "docs", "analysts.md");
    private static final Pattern EXAMPLE = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final int STATEMENTS = 14;

    /** The engine here has no users: that the statements for a server are ones is all that can be known. */
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

        assertThat(formatted).hasSize(STATEMENTS);
        assertThat(formatted.getLast()).contains("ROW POLICY", "tenant_id = 'acme'", "TO analyst_acme");
    }

    @Test
    void examplesOfTheGuideRunOverTheTables() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(GUIDE))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThan(4);
        try (RunningService service = AnalyticsRun.start()) {
            service.context().getBean(EventsTable.class).ensure();
            for (String example : examples) {
                service.context().getBean(ClickHouse.class).query(example, Map.of("contact", "c-1"));
            }
        }
    }
}
