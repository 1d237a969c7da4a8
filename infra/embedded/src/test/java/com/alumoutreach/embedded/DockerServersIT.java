package com.alumoutreach.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.embedded.ServerChoice.RunningServers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Where a Docker engine is: {@code ALUM_SERVERS=docker mvn verify -pl infra/embedded -am}. */
@EnabledIfEnvironmentVariable(named = "ALUM_SERVERS", matches = "docker")
class DockerServersIT {
    @TempDir
    private Path folder;

    @Test
    void allThreeAnswer() throws Exception {
        try (RunningServers servers =
                ServerChoice.fromEnvironment(Map.of("ALUM_SERVERS", "docker")).start(folder, line -> {})) {
            Clients clients = new Clients(servers.addresses());
            clients.keep(1);
            assertThat(clients.kept()).isEqualTo("1 1 1");
        }
    }
}
