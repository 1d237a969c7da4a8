package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.alumoutreach.backbone.probe.ProbeAudit;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of Postgres, NATS and ClickHouse is full, and has room again. */
class DiskFullIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String SIZE = "400m";
    private static final int MEGABYTE = 1_000_000;

    @TempDir
    private Path folder;

    private Path disk;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(folder.resolve("disk"));
        assumeTrue(
                ran("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", disk.toString()),
                "a small file system can only be mounted by root");
    }

    @AfterEach
    void unmount() throws Exception {
        ran("umount", "-l", disk.toString());
    }

    @Test
    void errorsAreCleanAndWhenThereIsRoomAgainNothingAcceptedIsLostOrDoubled() throws Exception {
        List<String> accepted = new ArrayList<>();
        try (EmbeddedServers servers = EmbeddedServers.start(disk, line -> {});
                RunningService service = RunningService.start(
                        servers.addresses(), Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms"))) {
            append(service, accepted, 50);
            Path ballast = disk.resolve("ballast");
            fill(ballast);
            for (int i = 0; i < 200; i++) {
                HttpResponse<String> answer = post(service, accepted);
                assertThat(answer.statusCode()).isIn(201, 500, 503);
                if (answer.statusCode() != 201) {
                    assertThat(answer.body()).contains("\"code\"").doesNotContain("Exception");
                }
            }
            Files.delete(ballast);
            servers.kill(ServerKind.NATS);
            servers.start(ServerKind.NATS);
            servers.start(ServerKind.POSTGRES);
            await("requests are accepted again")
                    .atMost(PATIENCE)
                    .until(() -> post(service, accepted).statusCode() == 201);
            append(service, accepted, 20);

            ProbeAudit.everythingTookEffectOnce(service, accepted);
        }
    }

    private static void append(RunningService service, List<String> accepted, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(post(service, accepted).statusCode()).isEqualTo(201);
        }
    }

    private static HttpResponse<String> post(RunningService service, List<String> accepted) {
        String contact = EventIds.next().toString();
        HttpResponse<String> answer = service.post("/probe/contacts/" + contact, "", null);
        if (answer.statusCode() == 201) {
            accepted.add(contact);
        }
        return answer;
    }

    private static void fill(Path ballast) {
        byte[] megabyte = new byte[MEGABYTE];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(megabyte);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static boolean ran(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }
}
