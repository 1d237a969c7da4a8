package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docker compose itself says of the file; no engine is needed for that. */
class ComposeFileTest {
    private static final List<String> SERVERS =
            List.of("clickhouse", "mailpit", "nats-1", "nats-2", "nats-3", "postgres");
    private static final Map<String, String> SECRETS = Map.of(
            "POSTGRES_PASSWORD", "secret-1",
            "NATS_PASSWORD", "secret-2",
            "CLICKHOUSE_PASSWORD", "secret-3",
            "GRAFANA_PASSWORD", "secret-4",
            "ALUM_JWT_SECRET", "secret-5",
            "ALERTS_WEBHOOK_URL", "secret-6");

    @Test
    void composeTakesTheFileWithAllProfiles() throws IOException {
        assertThat(compose(SECRETS, "--profile", "services", "--profile", "monitoring", "config", "-q"))
                .isBlank();
    }

    @Test
    void withoutAProfileThereAreServersOnly() throws IOException {
        assertThat(compose(SECRETS, "config", "--services").lines()).containsExactlyInAnyOrderElementsOf(SERVERS);
    }

    @Test
    void theServicesAreTheModules() throws IOException {
        assertThat(compose(SECRETS, "--profile", "services", "config", "--services")
                        .lines()
                        .filter(name -> !SERVERS.contains(name)))
                .containsExactlyInAnyOrderElementsOf(Modules.services());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTGRES_PASSWORD",
                "NATS_PASSWORD",
                "CLICKHOUSE_PASSWORD",
                "GRAFANA_PASSWORD",
                "ALUM_JWT_SECRET"
            })
    void aMissingSecretIsNamed(String missing) {
        Map<String, String> others = new HashMap<>(SECRETS);
        others.put(missing, "");
        assertThatIOException()
                .isThrownBy(() -> compose(others, "--profile", "services", "--profile", "monitoring", "config", "-q"))
                .withMessageContaining("set " + missing);
    }

    @Test
    void nothingIsReachableFromOtherMachines() {
        Tree.map(Tree.yaml(Tree.file("docker-compose.yml")).getFirst(), "services")
                .forEach((name, service) -> assertThat(Tree.texts(Tree.map(service), "ports"))
                        .as(name)
                        .allMatch(port -> port.startsWith("127.0.0.1:")));
    }

    @Test
    void prometheusLooksAtEveryService() {
        Map<String, Object> config =
                Tree.yaml(Tree.file("infra/prometheus/prometheus.yml")).getFirst();
        Map<String, Object> job = Tree.maps(config, "scrape_configs").getFirst();
        assertThat(Tree.texts(Tree.maps(job, "static_configs").getFirst(), "targets"))
                .containsExactlyInAnyOrderElementsOf(
                        Modules.services().stream().map(name -> name + ":8080").toList());
    }

    @Test
    void natsTakesItsConfiguration() throws IOException {
        assertThat(Tool.NATS_SERVER.run(
                        Tree.file("infra/nats"),
                        Map.of("NATS_NAME", "nats-1", "NATS_PASSWORD", "secret"),
                        "-c",
                        "cluster.conf",
                        "-t"))
                .contains("is valid");
    }

    private static String compose(Map<String, String> environment, String... arguments) throws IOException {
        return Tool.COMPOSE.run(Tree.file("."), environment, arguments);
    }
}
