package com.alumoutreach.embedded.clickhouse;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A ClickHouse for one machine: the engine as a library behind ClickHouse's HTTP interface, on the loopback address only.
 *
 * <p>Started as a process of its own, because the engine brings its own allocator and threads, and takes the process with
 * it if it dies: {@code ClickHouseEndpoint --port 8123 --data DIR --users FILE [--analysts FILE]}, with {@code LD_PRELOAD=<jdk>/lib/libjsig.so}.
 */
public final class ClickHouseEndpoint {
    // Threads that read requests and write answers, more than queries in flight, so that /ping never waits for a query.
    private static final int THREADS = 4 * ChdbEngine.MAX_IN_FLIGHT;
    private static final int EXIT_UNCLEAN = 1;

    private final HttpServer server;
    private final ChdbEngine engine;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("query-", 1).factory());

    private ClickHouseEndpoint(int port, Path data, Path users, @Nullable Path analysts) throws IOException {
        Accounts accounts = Accounts.read(users, analysts);
        Files.createDirectories(data);
        engine = new ChdbEngine(ChdbLibrary.locate(System.err::println), data);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", new QueryHandler(engine, accounts));
        server.setExecutor(threads);
    }

    /** Runs until SIGTERM; then answers what is running, closes the engine and exits. */
    public static void main(String[] args) {
        // Set before the server's classes read them: small answers at once, and clients keep connections for minutes.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "300");
        try {
            Map<String, String> options = options(args);
            ClickHouseEndpoint endpoint = new ClickHouseEndpoint(
                    Integer.parseInt(option(options, "port")),
                    Path.of(option(options, "data")),
                    Path.of(option(options, "users")),
                    options.containsKey("analysts") ? Path.of(option(options, "analysts")) : null);
            Runtime.getRuntime().addShutdownHook(new Thread(endpoint::stop, "stop"));
            endpoint.server.start();
            System.out.println(
                    "ClickHouse " + endpoint.engine.version() + " answers on http:/" + endpoint.server.getAddress());
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            System.err.println("ClickHouse did not start: " + e.getMessage());
            Runtime.getRuntime().halt(EXIT_UNCLEAN);
        }
    }

    private void stop() {
        boolean quiet = engine.drain();
        server.stop(0);
        threads.shutdownNow();
        if (!quiet) {
            // What was acknowledged is on disk; leaving like this is better than a crash in the engine.
            Runtime.getRuntime().halt(EXIT_UNCLEAN);
        }
        engine.close();
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i].replaceFirst("^--", ""), args[i + 1]);
        }
        return options;
    }

    private static String option(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "Usage: ClickHouseEndpoint --port N --data DIR --users FILE [--analysts FILE]");
        }
        return value;
    }
}
