package com.alumoutreach.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.alumoutreach.embedded.ServerChoice.RunningServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The environment says which servers are used, and a contradiction in it is an error of one line. */
class ServerChoiceTest {
    private static final Map<String, String> ALL_THREE = Map.of(
            "DATASOURCES_DEFAULT_URL", "jdbc:postgresql://db:5432/alum",
            "DATASOURCES_DEFAULT_USERNAME", "ada",
            "DATASOURCES_DEFAULT_PASSWORD", "secret",
            "NATS_URL", "nats://bus:4222",
            "CLICKHOUSE_URL", "http://olap:8123");

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();

    @Test
    void usesTheServersThatTheEnvironmentNames() {
        try (RunningServers servers = ServerChoice.fromEnvironment(ALL_THREE).start(folder, said::add)) {
            assertThat(servers.embedded()).isNull();
            assertThat(servers.addresses())
                    .isEqualTo(new ServerAddresses(
                            "jdbc:postgresql://db:5432/alum",
                            "ada",
                            "secret",
                            "nats://bus:4222",
                            "http://olap:8123",
                            "default",
                            "",
                            "default"));
        }
        assertThat(said).containsExactly("Servers: external, as the environment names them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "embedded"})
    void usesEmbeddedServersWhenNoneIsNamed(String asked) throws IOException {
        assertThat(startsEmbedded(Map.of("ALUM_SERVERS", asked, "NATS_URL", "")))
                .isTrue();
    }

    @Test
    void embeddedInsistsEvenWhenServersAreNamed() throws IOException {
        assertThat(startsEmbedded(with("ALUM_SERVERS", "embedded"))).isTrue();
    }

    @Test
    void externalNamesWhatIsMissing() {
        refused(
                Map.of("ALUM_SERVERS", "external", "NATS_URL", "nats://bus:4222"),
                "ALUM_SERVERS=external needs DATASOURCES_DEFAULT_URL, CLICKHOUSE_URL");
    }

    @Test
    void someOfTheThreeIsAContradiction() {
        refused(
                Map.of("NATS_URL", "nats://bus:4222", "CLICKHOUSE_URL", ""),
                "The environment names NATS_URL but not DATASOURCES_DEFAULT_URL, CLICKHOUSE_URL: "
                        + "name all three, or set ALUM_SERVERS=embedded to use none of them");
    }

    @Test
    void anUnknownWordIsRefused() {
        refused(Map.of("ALUM_SERVERS", "podman"), "ALUM_SERVERS must be embedded, external or docker, not podman");
    }

    @Test
    void dockersImagesAreThoseOfTheComposeFile() throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("alum.root")));
        assertThat(Files.readAllLines(root.resolve("docker-compose.yml")))
                .containsSubsequence(DockerServers.IMAGES.stream()
                        .map(image -> "    image: " + image)
                        .toList());
    }

    /** As far as a data folder that cannot be made: which servers they are is said before. */
    private boolean startsEmbedded(Map<String, String> environment) throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "");
        assertThatExceptionOfType(EmbeddedServerException.class)
                .isThrownBy(() -> ServerChoice.fromEnvironment(environment).start(inTheWay, said::add))
                .withMessage("Cannot make the data folder " + inTheWay + ": " + inTheWay + " is in the way");
        return said.equals(List.of("Servers: embedded, data in " + inTheWay));
    }

    private static void refused(Map<String, String> environment, String why) {
        assertThatExceptionOfType(EmbeddedServerException.class)
                .isThrownBy(() -> ServerChoice.fromEnvironment(environment))
                .withMessage(why);
    }

    private static Map<String, String> with(String name, String value) {
        Map<String, String> environment = new java.util.HashMap<>(ALL_THREE);
        environment.put(name, value);
        return environment;
    }
}
