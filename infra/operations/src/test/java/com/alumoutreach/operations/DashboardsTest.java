package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DashboardsTest {
    @Test
    void thereIsOneForConsumersTheRelayDeadLettersAndServices() {
        assertThat(Dashboard.all())
                .extracting(Dashboard::file)
                .containsExactly("consumers.json", "dead-letters.json", "relay.json", "services.json");
    }

    @Test
    void eachAsksTheDatasourceThatIsChosen() {
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(dashboard.json().at("/templating/list/0/name").asText()).isEqualTo("datasource");
            assertThat(dashboard.json().at("/templating/list/0/query").asText()).isEqualTo("prometheus");
            assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.path("title").asText()).isNotBlank();
                assertThat(panel.path("targets")).isNotEmpty();
            });
        }
    }

    @Test
    void idsAreUniqueAndPanelsDoNotOverlap() {
        assertThat(Dashboard.all())
                .extracting(d -> d.json().path("uid").asText())
                .doesNotHaveDuplicates();
        for (Dashboard dashboard : Dashboard.all()) {
            assertThat(dashboard.panels())
                    .extracting(panel -> panel.path("id").asInt())
                    .doesNotHaveDuplicates();
            List<JsonNode> panels = dashboard.panels();
            for (int i = 0; i < panels.size(); i++) {
                for (int j = i + 1; j < panels.size(); j++) {
                    assertThat(overlap(
                                    panels.get(i).path("gridPos"), panels.get(j).path("gridPos")))
                            .as(dashboard.file() + ": " + panels.get(i).path("title") + " and "
                                    + panels.get(j).path("title"))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void grafanaIsToldOfTheDatasourceAndTheFolder() {
        Map<String, Object> source = Tree.maps(
                        Tree.yaml(Tree.file("infra/grafana/provisioning/datasources/prometheus.yml"))
                                .getFirst(),
                        "datasources")
                .getFirst();
        assertThat(source).containsEntry("type", "prometheus").containsEntry("url", "http://prometheus:9090");
        Map<String, Object> provider = Tree.maps(
                        Tree.yaml(Tree.file("infra/grafana/provisioning/dashboards/alumoutreach.yml"))
                                .getFirst(),
                        "providers")
                .getFirst();
        assertThat(Tree.map(provider, "options")).containsEntry("path", "/var/lib/grafana/dashboards");
    }

    private static boolean overlap(JsonNode a, JsonNode b) {
        return a.path("x").asInt() < b.path("x").asInt() + b.path("w").asInt()
                && b.path("x").asInt() < a.path("x").asInt() + a.path("w").asInt()
                && a.path("y").asInt() < b.path("y").asInt() + b.path("h").asInt()
                && b.path("y").asInt() < a.path("y").asInt() + a.path("h").asInt();
    }
}
