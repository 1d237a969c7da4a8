package com.alumoutreach.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.backbone.testing.ServiceProcess;
import com.alumoutreach.backbone.testing.TestToken;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each service from its own packaged jar, in a process of its own, as a module team deploys it. */
class ServicesAloneIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TENANT = "alone";
    private static final String TOKEN = TestToken.of(TENANT, Role.ADMIN);

    private final ServerAddresses servers = TestServers.get().newScope();

    @Test
    void aContactOfOneProcessIsAMemberInAnotherAndCountedByAThird() {
        // In this order none finds the streams or schemas of the others.
        try (ServiceProcess segments = start("segments").awaitReady();
                ServiceProcess contacts = start("contacts").awaitReady();
                ServiceProcess analytics = start("analytics").awaitReady()) {
            String segment = post(
                            segments,
                            "/api/segments",
                            "{\"name\":\"Adas\",\"conditions\":[{\"field\":\"firstName\",\"op\":\"equals\",\"value\":\"Ada\"}]}")
                    .get("id")
                    .textValue();
            String contact = post(contacts, "/api/contacts", "{\"email\":\"ada@example.com\",\"firstName\":\"Ada\"}")
                    .get("id")
                    .textValue();

            await().atMost(PATIENCE)
                    .until(() -> get(segments, "/api/segments/" + segment + "/members")
                            .at("/items/0/contactId")
                            .asText()
                            .equals(contact));
            await().atMost(PATIENCE)
                    .until(() -> get(analytics, "/api/analytics/events/counts")
                                    .path("total")
                                    .asLong()
                            >= 2);
            assertThat(contacts.send("GET", "/api/segments", null, TOKEN).statusCode())
                    .as("contacts serves contacts only")
                    .isEqualTo(404);
        }
    }

    @Test
    void everyOtherServiceStartsAloneToo() {
        for (String module : List.of("templates", "campaigns", "pipeline", "senders")) {
            try (ServiceProcess service = start(module)) {
                service.awaitReady();
                assertThat(service.send("GET", "/health/liveness", null, null).body())
                        .contains(module + "-service");
            }
        }
    }

    private ServiceProcess start(String module) {
        return ServiceProcess.start(jar(module), servers, Map.of());
    }

    private static Path jar(String module) {
        Path target = Path.of("..", module, "target");
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.getFileName().toString().matches(module + "-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "No jar in " + target + "; package the modules before this test, as mvn verify does"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode post(ServiceProcess service, String path, String json) {
        return json(service.send("POST", path, json, TOKEN).body());
    }

    private static JsonNode get(ServiceProcess service, String path) {
        return json(service.send("GET", path, null, TOKEN).body());
    }

    private static JsonNode json(String body) {
        try {
            return EventCodec.mapper().readTree(body);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(body, e);
        }
    }
}
