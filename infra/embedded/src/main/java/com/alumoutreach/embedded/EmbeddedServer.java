package com.alumoutreach.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;

/** One server on this machine: what the three kinds have in common. */
abstract class EmbeddedServer {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(25);
    private static final int PORT_TRIES = 5;

    final Path dataDir;
    final ServerProcess process;
    private final ServerKind kind;

    EmbeddedServer(ServerKind kind, Path dataDir) {
        this.kind = kind;
        this.dataDir = dataDir;
        this.process = new ServerProcess(kind.label(), dataDir);
    }

    /** Starts the process on that port. */
    abstract void launch(int port) throws IOException;

    /** Whether it answers on that port, and is the one that has our password. */
    abstract boolean answers(int port);

    /** What must be done once after each start. */
    void prepare(int port) throws IOException {}

    /** Starts it unless it runs already; the same port as before where that is free. */
    final void start() {
        try {
            if (process.handle().isPresent() && awaitAnswer(port())) {
                prepare(port());
                return;
            }
            process.kill();
            for (int attempt = 1; attempt <= PORT_TRIES; attempt++) {
                int port = process.port().filter(EmbeddedServer::free).orElseGet(EmbeddedServer::freePort);
                launch(port);
                if (awaitAnswer(port)) {
                    prepare(port);
                    return;
                }
            }
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot start " + kind.label(), e);
        }
        throw new EmbeddedServerException(kind.label() + " does not start; its log is " + process.log());
    }

    /** Ends it cleanly and waits. */
    void stop() {
        process.stop("TERM");
    }

    final int port() {
        return process.port().orElseThrow(() -> new EmbeddedServerException(kind.label() + " was never started"));
    }

    /** A secret that is made once and kept beside the data, readable by the owner only. */
    final String secret(String name) {
        Path file = dataDir.resolve(name);
        try {
            if (!Files.exists(file)) {
                byte[] random = new byte[18];
                new SecureRandom().nextBytes(random);
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw EmbeddedServerException.because("Cannot keep a password in " + file, e);
        }
    }

    private boolean awaitAnswer(int port) {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.handle().isPresent()) {
            if (answers(port)) {
                return true;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return false;
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedServerException("There is no free port on the loopback interface", e);
        }
    }
}
