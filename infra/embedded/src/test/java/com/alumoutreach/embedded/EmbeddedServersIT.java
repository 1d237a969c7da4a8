package com.alumoutreach.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real servers on a data folder of their own, each of which every test leaves running. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EmbeddedServersIT {
    @TempDir
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static EmbeddedServers servers;

    private static int kept;

    @BeforeAll
    static void start() {
        servers = EmbeddedServers.start(folder, line -> {});
    }

    @AfterAll
    static void stop() {
        servers.close();
        assertThat(ServerKind.values()).noneMatch(servers::running);
    }

    @Test
    void dataSurviveStopAndStart() throws Exception {
        ServerAddresses before = servers.addresses();
        keepOne();
        servers.close();
        assertThat(ServerKind.values()).noneMatch(servers::running);

        servers.startAll();

        assertThat(servers.addresses()).isEqualTo(before);
        assertAllKept();
    }

    @ParameterizedTest
    @EnumSource
    void aKilledServerComesBackWithWhatItAcknowledgedAndTheOthersStay(ServerKind killed) throws Exception {
        keepOne();
        Map<ServerKind, Long> before = pids();

        servers.kill(killed);

        assertThat(servers.running(killed)).isFalse();
        for (ServerKind other : ServerKind.values()) {
            if (other != killed) {
                assertThat(servers.pid(other)).isEqualTo(before.get(other));
                assertThat(new Clients(servers).kept(other)).isEqualTo(String.valueOf(kept));
            }
        }

        servers.start(killed);

        assertThat(servers.pid(killed)).isNotEqualTo(before.get(killed));
        assertAllKept();
    }

    @Test
    void postgresComesBackThoughAClientIsInTheMiddleOfAQuery() throws Exception {
        keepOne();
        try (BusyClient client = BusyClient.of(servers.addresses())) {
            servers.kill(ServerKind.POSTGRES);
            servers.start(ServerKind.POSTGRES);
            assertThat(client.wasCutOff()).isTrue();
        }
        assertAllKept();
    }

    @Test
    void postgresStopsCleanlyThoughAClientIsInTheMiddleOfAQuery() throws Exception {
        keepOne();
        try (BusyClient client = BusyClient.of(servers.addresses())) {
            servers.stop(ServerKind.POSTGRES);
            assertThat(client.wasCutOff()).isTrue();
        }
        assertThat(servers.log(ServerKind.POSTGRES)).content().endsWith("database system is shut down\n");
        servers.start(ServerKind.POSTGRES);
        assertAllKept();
    }

    @Test
    void aSecondStartFindsTheRunningServers() throws Exception {
        Map<ServerKind, Long> before = pids();
        EmbeddedServers found = EmbeddedServers.start(folder, line -> {});
        assertThat(found.addresses()).isEqualTo(servers.addresses());
        assertThat(pids()).isEqualTo(before);
    }

    @Test
    void twoFoldersDoNotMeet(@TempDir Path other) throws Exception {
        keepOne();
        try (EmbeddedServers beside = EmbeddedServers.start(other, line -> {})) {
            assertThat(ports(beside)).doesNotContainAnyElementsOf(ports(servers));
            Clients clients = new Clients(beside);
            clients.keep(1);
            assertThat(clients.kept()).isEqualTo("1 1 1");
            assertAllKept();
            beside.close();
            assertThat(ServerKind.values()).allMatch(servers::running);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerWhosePortWasTakenPicksAnother(ServerKind kind) throws Exception {
        keepOne();
        int before = port(servers, kind);
        servers.stop(kind);
        try (ServerSocket taken = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
            servers.start(kind);
            assertThat(port(servers, kind)).isNotEqualTo(taken.getLocalPort());
            assertAllKept();
        }
    }

    private static void keepOne() throws Exception {
        kept++;
        new Clients(servers).keep(kept);
    }

    private static void assertAllKept() throws Exception {
        assertThat(new Clients(servers).kept()).isEqualTo(kept + " " + kept + " " + kept);
    }

    private static Map<ServerKind, Long> pids() {
        return Arrays.stream(ServerKind.values()).collect(Collectors.toMap(Function.identity(), servers::pid));
    }

    private static List<Integer> ports(EmbeddedServers servers) {
        return Arrays.stream(ServerKind.values())
                .map(kind -> port(servers, kind))
                .toList();
    }

    private static int port(EmbeddedServers servers, ServerKind kind) {
        ServerAddresses addresses = servers.addresses();
        String url = switch (kind) {
            case POSTGRES -> addresses.postgresUrl().substring("jdbc:".length());
            case NATS -> addresses.natsUrl();
            case CLICKHOUSE -> addresses.clickhouseUrl();
        };
        return URI.create(url).getPort();
    }
}
