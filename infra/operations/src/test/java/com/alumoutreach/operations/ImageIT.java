package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.embedded.machine.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of the Dockerfile, done by hand where there is no engine: training, starting with the cache, being asked, ending. */
class ImageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path app;

    @Test
    void aServiceStartsFromItsCacheIsHealthyAndEndsWhenToldTo() throws Exception {
        layOut("analytics");
        Map<String, String> environment = Map.of(
                "ALUM_PORT", Integer.toString(freePort()),
                "ALUM_HOST", "127.0.0.1",
                "ALUM_JWT_SECRET", "a".repeat(40),
                "JDK_JAVA_OPTIONS", javaOptions(),
                "PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
        assertThat(healthy(environment)).isFalse();

        Command.run(app, environment, List.of(Tree.file("infra/docker/train").toString()));

        assertThat(app.resolve("app.aot")).isNotEmptyFile();
        ProcessBuilder builder = new ProcessBuilder(
                        // Without "on" a cache that does not fit is left out silently.
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:AOTMode=on",
                        "-XX:AOTCache=app.aot",
                        "-jar",
                        "app.jar")
                .directory(app.toFile())
                .redirectErrorStream(true)
                .redirectOutput(app.resolve("service.log").toFile());
        builder.environment().putAll(environment);
        Process service = builder.start();
        try {
            Awaitility.await("the service is healthy").atMost(PATIENCE).until(() -> healthy(environment));
            service.destroy();
            assertThat(service.waitFor(PATIENCE)).isTrue();
        } finally {
            service.destroyForcibly();
        }
    }

    @Test
    void theImageRunsWhatWasTrained() {
        assertThat(Tree.text("Dockerfile"))
                .contains("RUN train\n", "ENTRYPOINT [\"java\", \"-XX:AOTCache=app.aot\", \"-jar\", \"app.jar\"]")
                .contains("HEALTHCHECK", "CMD [\"healthcheck\"]")
                .doesNotContain("ENV ALUM_", "ARG ALUM_");
    }

    private boolean healthy(Map<String, String> environment) {
        try {
            Command.run(
                    app,
                    environment,
                    List.of(Tree.file("infra/docker/healthcheck").toString()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void layOut(String module) throws IOException {
        Path target = Tree.file("modules/" + module + "/target");
        Path lib = Files.createDirectory(app.resolve("lib"));
        for (Path jar : Tree.below("modules/" + module + "/target/lib", ".jar")) {
            Files.copy(jar, lib.resolve(jar.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.copy(
                target.resolve(module + "-0.1.0-SNAPSHOT.jar"),
                app.resolve("app.jar"),
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static String javaOptions() {
        Matcher options = Pattern.compile("JDK_JAVA_OPTIONS=\"([^\"]+)\"").matcher(Tree.text("Dockerfile"));
        assertThat(options.find()).isTrue();
        return options.group(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
