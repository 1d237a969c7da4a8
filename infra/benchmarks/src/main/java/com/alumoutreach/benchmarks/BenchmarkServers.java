package com.alumoutreach.benchmarks;

import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.ServerKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Servers of the benchmark's own, as durable as in production (fsync on, {@code sync_interval: always}), gone
 * when it ends. The data lie below the working directory: what is below /tmp may be memory, where an fsync costs nothing.
 */
final class BenchmarkServers implements AutoCloseable {

    private final Path folder;
    private final List<ServerKind> kinds;
    private final boolean kept;
    private final EmbeddedServers servers;
    private final Thread atExit = new Thread(this::stop, "bench-servers-stop");

    private BenchmarkServers(Path folder, List<ServerKind> kinds, boolean kept) {
        this.folder = folder;
        this.kinds = kinds;
        this.kept = kept;
        this.servers = EmbeddedServers.attach(folder);
    }

    static BenchmarkServers start(Path parent, List<ServerKind> kinds) {
        try {
            return new BenchmarkServers(
                            Files.createTempDirectory(Files.createDirectories(parent.toAbsolutePath()), "bench"),
                            kinds,
                            false)
                    .started();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In a folder that stays, with what is in it. */
    static BenchmarkServers keep(Path folder, List<ServerKind> kinds) {
        try {
            return new BenchmarkServers(Files.createDirectories(folder.toAbsolutePath()), kinds, true).started();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BenchmarkServers started() {
        // Servers outlive who started them; an interrupted benchmark must not leave any behind.
        Runtime.getRuntime().addShutdownHook(atExit);
        kinds.forEach(servers::start);
        return this;
    }

    /** ClickHouse has port 0 where it was not asked for. */
    ServerAddresses addresses() {
        return servers.addresses();
    }

    void restartPostgres() {
        servers.stop(ServerKind.POSTGRES);
        servers.start(ServerKind.POSTGRES);
    }

    private synchronized void stop() {
        if (!Files.exists(folder)) {
            return;
        }
        kinds.forEach(kind -> {
            if (servers.running(kind)) {
                servers.stop(kind);
            }
        });
        if (kept) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(BenchmarkServers::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        stop();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
