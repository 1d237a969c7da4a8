package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Prometheus' and Alertmanager's own checks, and the rules of the house for alerts. */
class AlertFilesTest {
    @Test
    void prometheusTakesItsConfigurationsAndTheRules() throws IOException {
        assertThat(promtool("check", "config", "prometheus.yml")).contains("SUCCESS");
        assertThat(promtool("check", "config", "kubernetes.yml")).contains("SUCCESS");
        assertThat(promtool("check", "rules", "alerts.yml")).contains("SUCCESS");
    }

    @Test
    void everyUnitTestOfTheRulesPasses() throws IOException {
        assertThat(promtool("test", "rules", "alerts_test.yml")).contains("SUCCESS");
    }

    @Test
    void alertmanagerTakesItsConfiguration() throws IOException {
        assertThat(Tool.AMTOOL.run(Tree.file("infra/alertmanager"), Map.of(), "check-config", "alertmanager.yml"))
                .contains("SUCCESS");
    }

    @TestFactory
    Stream<DynamicTest> everyAlertHasWhatAnOperatorNeeds() {
        return AlertRules.all().stream()
                .map(rule -> DynamicTest.dynamicTest(AlertRules.name(rule), () -> {
                    assertThat(Tree.map(rule, "labels").get("severity")).isIn("warning", "critical");
                    assertThat((String) Tree.map(rule, "annotations").get("summary"))
                            .isNotBlank();
                    String runbook =
                            String.valueOf(Tree.map(rule, "annotations").get("runbook_url"));
                    assertThat(Tree.text(runbook))
                            .startsWith("# " + AlertRules.name(rule) + "\n")
                            .contains("**Symptom.**", "**What it means.**", "## Look\n", "## Do\n");
                    assertThat(Tree.text("docs/runbooks/README.md"))
                            .contains("| [" + AlertRules.name(rule) + "]("
                                    + Tree.file(runbook).getFileName() + ") | "
                                    + Tree.map(rule, "labels").get("severity"));
                }));
    }

    @Test
    void everyAlertIsSeenToFireAndNotToFire() {
        List<Map<String, Object>> tests = Tree.maps(
                Tree.yaml(Tree.file("infra/prometheus/alerts_test.yml")).getFirst(), "tests");
        Set<String> all = AlertRules.all().stream().map(AlertRules::name).collect(Collectors.toSet());
        assertThat(names(tests, true)).isEqualTo(all);
        assertThat(names(tests, false)).isEqualTo(all);
    }

    private static Set<String> names(List<Map<String, Object>> tests, boolean firing) {
        return tests.stream()
                .flatMap(test -> Tree.maps(test, "alert_rule_test").stream())
                .filter(check -> Tree.maps(check, "exp_alerts").isEmpty() != firing)
                .map(check -> (String) check.get("alertname"))
                .collect(Collectors.toSet());
    }

    private static String promtool(String... arguments) throws IOException {
        return Tool.PROMTOOL.run(Tree.file("infra/prometheus"), Map.of(), arguments);
    }
}
