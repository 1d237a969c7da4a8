package com.alumoutreach.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;

/** Whether the manifests hold together. No cluster and no kubectl are at hand, so this is our own reading of Kustomize. */
class KubernetesTest {
    private static final String FOLDER = "infra/kubernetes";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> VERSIONS = Map.of(
            "Deployment", "apps/v1",
            "Service", "v1",
            "ServiceAccount", "v1",
            "Namespace", "v1",
            "HorizontalPodAutoscaler", "autoscaling/v2",
            "PodDisruptionBudget", "policy/v1",
            "NetworkPolicy", "networking.k8s.io/v1");

    @Test
    void everyObjectSaysWhatItIs() {
        for (Path file : Tree.below(FOLDER, ".yaml")) {
            if (!file.endsWith("kustomization.yaml")) {
                assertThat(Tree.yaml(file)).as(file.toString()).isNotEmpty().allSatisfy(object -> {
                    assertThat(VERSIONS).containsEntry((String) object.get("kind"), (String) object.get("apiVersion"));
                    assertThat(Tree.map(object, "metadata")).containsKey("name");
                });
            }
        }
    }

    @Test
    void thereAreNoSecretsInFiles() {
        for (Path file : Tree.below(FOLDER, ".yaml")) {
            assertThat(Tree.yaml(file)).noneSatisfy(object -> assertThat(object).containsEntry("kind", "Secret"));
            assertThat(Tree.yaml(file).getFirst()).doesNotContainKey("secretGenerator");
        }
        assertThat(container(base("Deployment")).path("env"))
                .isNotEmpty()
                .allSatisfy(variable -> assertThat(
                                variable.at("/valueFrom/secretKeyRef/name").asText())
                        .as(variable.path("name").asText())
                        .isEqualTo("alumoutreach"));
    }

    @Test
    void everyServiceHasAFolderAndIsInTheExample() {
        for (String service : Modules.services()) {
            assertThat(Files.exists(kustomization(service))).as(service).isTrue();
        }
        Map<String, Object> example =
                Tree.yaml(kustomization("overlays/example")).getFirst();
        assertThat(Tree.texts(example, "resources"))
                .containsAll(Modules.services().stream().map(s -> "../../" + s).toList());
        assertThat(Tree.maps(example, "images"))
                .extracting(image -> image.get("name"))
                .containsExactlyInAnyOrderElementsOf(Modules.services().stream()
                        .map(s -> "alumoutreach/" + s)
                        .toList());
    }

    @Test
    void everyFileThatAKustomizationNamesIsThereAndNoOtherIs() {
        Set<Path> named = new TreeSet<>();
        for (Path kustomization : Tree.below(FOLDER, "kustomization.yaml")) {
            for (String resource : Tree.texts(Tree.yaml(kustomization).getFirst(), "resources")) {
                Path file = kustomization.resolveSibling(resource).normalize();
                assertThat(Files.isDirectory(file) ? file.resolve("kustomization.yaml") : file)
                        .as(kustomization + " names " + resource)
                        .exists();
                named.add(file);
            }
        }
        assertThat(Tree.below(FOLDER, ".yaml").stream()
                        .filter(file -> !file.endsWith("kustomization.yaml"))
                        .filter(file -> !named.contains(file)))
                .as("files that nobody uses")
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> aServiceGivesEveryObjectOfTheBaseItsNameAndItsLabels() {
        return Modules.services().stream()
                .map(service -> DynamicTest.dynamicTest(service, () -> {
                    Map<String, Object> kustomization =
                            Tree.yaml(kustomization(service)).getFirst();
                    Set<String> renamed = new TreeSet<>();
                    for (Map<String, Object> patch : Tree.maps(kustomization, "patches")) {
                        String kind = (String) Tree.map(patch, "target").get("kind");
                        for (JsonNode operation : operations(patch)) {
                            assertReaches(base(String.valueOf(kind)), operation);
                            if (operation.path("path").asText().equals("/metadata/name")) {
                                assertThat(operation.path("value").asText()).isEqualTo(service);
                                renamed.add(String.valueOf(kind));
                            }
                        }
                    }
                    assertThat(renamed).isEqualTo(baseObjects().keySet());
                    Map<String, Object> labels =
                            Tree.maps(kustomization, "labels").getFirst();
                    assertThat(labels).containsEntry("includeSelectors", true).containsEntry("includeTemplates", true);
                    assertThat(Tree.map(labels, "pairs")).containsEntry("app.kubernetes.io/name", service);
                    assertThat(Tree.maps(kustomization, "images").getFirst())
                            .containsEntry("name", "service")
                            .containsEntry("newName", "alumoutreach/" + service);
                    assertThat(text(kustomization))
                            .contains("/spec/scaleTargetRef/name", "/spec/template/spec/serviceAccountName");
                }));
    }

    @Test
    void podsAreProbedBoundedAndWithoutRights() {
        JsonNode pod = base("Deployment").at("/spec/template/spec");
        JsonNode container = container(base("Deployment"));
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(container.at("/" + probe + "/httpGet/path").asText()).startsWith("/health/");
        }
        assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/health/readiness");
        assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/health/liveness");
        assertThat(container.at("/resources/limits/memory").asText()).isNotBlank();
        assertThat(container.at("/resources/requests/cpu").asText()).isNotBlank();
        assertThat(container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true))
                .isFalse();
        assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean())
                .isTrue();
        assertThat(container.at("/securityContext/capabilities/drop/0").asText())
                .isEqualTo("ALL");
        assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
        assertThat(Tree.text("Dockerfile")).contains("USER 10001\n");
        assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    }

    @Test
    void atLeastTwoRunAndOneMayBeAwayAtATime() {
        assertThat(base("HorizontalPodAutoscaler").at("/spec/minReplicas").asInt())
                .isGreaterThanOrEqualTo(2);
        assertThat(base("HorizontalPodAutoscaler")
                        .at("/spec/scaleTargetRef/kind")
                        .asText())
                .isEqualTo("Deployment");
        assertThat(base("PodDisruptionBudget").at("/spec/maxUnavailable").asInt())
                .isEqualTo(1);
        assertThat(base("Deployment").at("/spec/replicas").isMissingNode())
                .as("the autoscaler alone says how many")
                .isTrue();
    }

    /** What an operation replaces must be there, and what it adds to too. */
    private static void assertReaches(JsonNode object, JsonNode operation) {
        String path = operation.path("path").asText();
        boolean append = path.endsWith("/-");
        JsonNode found = object.at(append ? path.substring(0, path.length() - 2) : path);
        assertThat(operation.path("op").asText()).isIn("replace", "add");
        assertThat(operation.has("value")).as(path).isTrue();
        assertThat(append ? found.isArray() : !found.isMissingNode()).as(path).isTrue();
    }

    private static List<JsonNode> operations(Map<String, Object> patch) {
        List<JsonNode> operations = new ArrayList<>();
        JSON.valueToTree(new Yaml().load(String.valueOf(patch.get("patch")))).forEach(operations::add);
        return operations;
    }

    /** By kind; there is one of each. */
    private static Map<String, JsonNode> baseObjects() {
        Map<String, JsonNode> objects = new TreeMap<>();
        for (Path file : Tree.below(FOLDER + "/base", ".yaml")) {
            if (!file.endsWith("kustomization.yaml")) {
                JsonNode object = JSON.valueToTree(Tree.yaml(file).getFirst());
                objects.put(object.path("kind").asText(), object);
            }
        }
        return objects;
    }

    private static JsonNode base(String kind) {
        return Objects.requireNonNull(baseObjects().get(kind), "the base has no " + kind);
    }

    private static JsonNode container(JsonNode deployment) {
        return deployment.at("/spec/template/spec/containers/0");
    }

    private static Path kustomization(String folder) {
        return Tree.file(FOLDER).resolve(folder).resolve("kustomization.yaml");
    }

    private static String text(Map<String, Object> kustomization) {
        return Tree.maps(kustomization, "patches").stream()
                .map(patch -> String.valueOf(patch.get("patch")))
                .collect(Collectors.joining("\n"));
    }
}
