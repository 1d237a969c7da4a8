package com.alumoutreach.suite.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.testing.CommandResult;
import com.alumoutreach.suite.testing.RunningSuite;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class DeadLetterCommandIT {
    private static final String SEGMENTS = "SEGMENTS_CONTACT_CONSUMER";

    @Test
    void showsRedeliversAndDiscardsWhatAConsumerGaveUpOn()
            throws IOException, JetStreamApiException, InterruptedException {
        try (RunningSuite suite = RunningSuite.start()) {
            assertThat(suite.alum("dlq", "list").out()).contains("No dead letters.");
            publishNonsense(suite);
            Awaitility.await("a dead letter of segments")
                    .until(() -> list(suite).contains("contact.created"));
            String position = list(suite).strip().split("\\s+")[0];

            assertThat(suite.alum("dlq", "show", position).out()).contains("MALFORMED_EVENT", "no event");
            assertThat(suite.alum("dlq", "redeliver", "--durable", SEGMENTS, "--dry-run")
                            .out())
                    .contains("1 dead letter would be redelivered.");
            assertThat(suite.alum("dlq", "redeliver", position).out()).contains("1 dead letter redelivered.");
            Awaitility.await("it fails again, as a new dead letter").until(() -> {
                String again = list(suite);
                return again.contains("1 dead letter.") && !again.strip().startsWith(position + " ");
            });
            assertThat(suite.alum("dlq", "discard", "--durable", SEGMENTS).out())
                    .contains("1 dead letter discarded.");
            assertThat(list(suite)).contains("No dead letters.");
        }
    }

    @Test
    void positionThatDoesNotExistIsOneLineAndExitCodeOne() {
        try (RunningSuite suite = RunningSuite.start()) {
            CommandResult result = suite.alum("dlq", "show", "4711");

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).hasLineCount(1).contains("404");
        }
    }

    private static String list(RunningSuite suite) {
        return suite.alum("dlq", "list", "--durable", SEGMENTS).out();
    }

    private static void publishNonsense(RunningSuite suite)
            throws IOException, JetStreamApiException, InterruptedException {
        try (Connection nats = Nats.connect(suite.env().get(RunEnv.NATS_URL))) {
            nats.jetStream().publish("contact.created", "no event".getBytes(StandardCharsets.UTF_8));
        }
    }
}
