package com.alumoutreach.embedded.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process says when it cannot start. */
class ClickHouseStartIT {
    @TempDir
    private Path folder;

    @Test
    void saysInOneLineThatNpmIsMissing() throws Exception {
        Files.writeString(folder.resolve("users"), "default=\n");
        String output = failedStart(Map.of(
                "PATH", "/nonexistent", "ALUM_CACHE", folder.resolve("cache").toString()));
        assertThat(output.lines().filter(line -> line.startsWith("ClickHouse did not start")))
                .singleElement()
                .asString()
                .contains("npm is missing");
        assertThat(output).doesNotContain("\tat ");
    }

    @Test
    void saysInOneLineThatTheUsersFileIsMissing() throws Exception {
        assertThat(failedStart(Map.of())).startsWith("ClickHouse did not start").contains("There is no users file");
    }

    private String failedStart(Map<String, String> environment) throws IOException, InterruptedException {
        Path users = folder.resolve("users");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ClickHouseEndpoint.class.getName(),
                "--port",
                "0",
                "--data",
                folder.resolve("data").toString(),
                "--users",
                users.toString());
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        return output;
    }
}
