package com.alumoutreach.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The three servers of one data directory, each a process of its own that outlives whoever started it until {@link #close}.
 * Starting again finds what still runs and starts what does not, on the same data.
 */
public final class EmbeddedServers implements AutoCloseable {
    private final EmbeddedPostgres postgres;
    private final EmbeddedNats nats;
    private final EmbeddedClickHouse clickHouse;

    EmbeddedServers(Path dataDir, int natsAccounts, boolean durable, Consumer<String> progress) {
        Path absolute = dataDir.toAbsolutePath();
        try {
            Files.createDirectories(absolute);
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot make the data folder " + absolute, e);
        }
        this.postgres = new EmbeddedPostgres(absolute, durable, progress);
        this.nats = new EmbeddedNats(absolute, natsAccounts, progress);
        this.clickHouse = new EmbeddedClickHouse(absolute, progress);
    }

    /**
     * Starts what does not run yet and returns when all three answer.
     *
     * @param progress told one line before each thing that takes long
     * @throws EmbeddedServerException with one line that says what cannot be had, and what to do
     */
    public static EmbeddedServers start(Path dataDir, Consumer<String> progress) {
        EmbeddedServers servers = new EmbeddedServers(dataDir, 0, true, progress);
        servers.startAll();
        return servers;
    }

    /** Names servers that another process started, without starting any. */
    public static EmbeddedServers attach(Path dataDir) {
        return new EmbeddedServers(dataDir, 0, true, line -> {});
    }

    void startAll() {
        List<Thread> starting = new java.util.ArrayList<>();
        java.util.Queue<RuntimeException> failures = new java.util.concurrent.ConcurrentLinkedQueue<>();
        for (ServerKind kind : ServerKind.values()) {
            starting.add(Thread.ofVirtual().start(() -> {
                try {
                    server(kind).start();
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        try {
            for (Thread thread : starting) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException failure = failures.peek();
        if (failure != null) {
            close();
            throw failure;
        }
    }

    /** ClickHouse has port 0 while it was never started: not everybody needs it. */
    public ServerAddresses addresses() {
        return new ServerAddresses(
                EmbeddedPostgres.url(postgres.port(), EmbeddedPostgres.DATABASE),
                EmbeddedPostgres.USER,
                postgres.password(),
                nats.url(nats.port()),
                EmbeddedClickHouse.url(clickHouse.process.port().orElse(0)),
                EmbeddedClickHouse.USER,
                clickHouse.password(),
                "default");
    }

    /**
     * Who may read one tenant's rows in ClickHouse, and nothing else; made at the first call, also while ClickHouse runs.
     *
     * @param dataDir where ClickHouse has its data
     * @param tenant not empty, and without line breaks
     */
    public static AnalystLogin analyst(Path dataDir, String tenant) {
        return EmbeddedClickHouse.analysts(dataDir).of(tenant);
    }

    /** A Postgres database, a NATS account and a ClickHouse database that nothing else uses. */
    ServerAddresses scope(int number) {
        String name = "t" + number;
        try {
            postgres.createDatabase(postgres.port(), name);
            clickHouse.createDatabase(clickHouse.port(), name);
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot make a scope", e);
        }
        ServerAddresses all = addresses();
        return new ServerAddresses(
                EmbeddedPostgres.url(postgres.port(), name),
                all.postgresUser(),
                all.postgresPassword(),
                nats.url(nats.port(), name),
                all.clickhouseUrl(),
                all.clickhouseUser(),
                all.clickhousePassword(),
                name);
    }

    public boolean running(ServerKind kind) {
        return server(kind).process.handle().isPresent();
    }

    /**
     * The process id of a server.
     *
     * @throws EmbeddedServerException when it does not run
     */
    public long pid(ServerKind kind) {
        return server(kind)
                .process
                .handle()
                .orElseThrow(() -> new EmbeddedServerException(kind.label() + " does not run"))
                .pid();
    }

    public void start(ServerKind kind) {
        server(kind).start();
    }

    /** Ends it cleanly and waits. */
    public void stop(ServerKind kind) {
        server(kind).stop();
    }

    /** {@code kill -9}. */
    public void kill(ServerKind kind) {
        server(kind).process.kill();
    }

    public Path log(ServerKind kind) {
        return server(kind).process.log();
    }

    /** Stops all three cleanly; the data stay. */
    @Override
    public void close() {
        List.of(ServerKind.CLICKHOUSE, ServerKind.NATS, ServerKind.POSTGRES).forEach(this::stop);
    }

    private EmbeddedServer server(ServerKind kind) {
        return switch (kind) {
            case POSTGRES -> postgres;
            case NATS -> nats;
            case CLICKHOUSE -> clickHouse;
        };
    }
}
