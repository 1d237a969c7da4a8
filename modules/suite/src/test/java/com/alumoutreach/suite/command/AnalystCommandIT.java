package com.alumoutreach.suite.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.testing.CommandResult;
import com.alumoutreach.suite.testing.RunningSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class AnalystCommandIT {
    @Test
    void printsAUrlThatReadsOneTenant() throws IOException {
        try (RunningSuite suite = RunningSuite.start()) {
            for (String tenant : new String[] {"acme", "rival"}) {
                suite.api(tenant)
                        .post(
                                "/api/contacts",
                                EventCodec.mapper()
                                        .createObjectNode()
                                        .put("email", "ada@" + tenant + ".example")
                                        .put("source", "test"));
            }
            Awaitility.await()
                    .until(() -> suite.clickHouse().number("SELECT uniq(tenant_id) FROM events", Map.of()) == 2);

            CommandResult printed = suite.alum("analyst", "--tenant", "acme");
            String url = printed.out().strip();
            ClickHouseQuery analyst = new ClickHouseQuery(url);

            assertThat(printed.exitCode()).isZero();
            assertThat(analyst.text("SELECT groupUniqArray(tenant_id) FROM events", Map.of()))
                    .isEqualTo("['acme']");
            Awaitility.await("the views")
                    .ignoreExceptions()
                    .until(() -> analyst.text("SELECT groupArray(workspace_id) FROM v_todays_sends", Map.of())
                            .equals("['acme']"));
            assertThat(analyst.text("SELECT groupArray(workspace_id) FROM v_system_status", Map.of()))
                    .isEqualTo("['acme']");
            assertThat(suite.alum("analyst", "--tenant", "acme").out().strip()).isEqualTo(url);
            assertThat(url).doesNotContain(suite.env().get(RunEnv.CLICKHOUSE_URL));
            String password = url.replaceFirst(".*:(.*)@.*", "$1");
            Path data = Path.of(suite.env().get("CLICKHOUSE_LOG"))
                    .resolve("../../..")
                    .normalize();
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(f -> contains(f, password))
                        .toList()) {
                    assertThat(file).hasFileName("clickhouse.analysts");
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------");
                }
            }
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.size(file) < 10_000_000
                    && new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains(text);
        } catch (IOException e) {
            return false;
        }
    }
}
