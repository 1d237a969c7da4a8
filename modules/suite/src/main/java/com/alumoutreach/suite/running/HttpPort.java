package com.alumoutreach.suite.running;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The suite's HTTP port: that of {@code ALUM_PORT}, else the one that people expect, unless somebody has it. */
public final class HttpPort {
    private static final int USUAL = 8080;
    private static final int HIGHEST = 65_535;

    private HttpPort() {}

    /** @throws SuiteException when {@code ALUM_PORT} is no port */
    static int choose() {
        String asked = System.getenv().getOrDefault("ALUM_PORT", "");
        if (!asked.isBlank()) {
            return parsed(asked);
        }
        return free(USUAL) ? USUAL : anyFree();
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static int parsed(String asked) {
        try {
            int port = Integer.parseInt(asked.strip());
            if (port > 0 && port <= HIGHEST) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new SuiteException("ALUM_PORT must be 1 to " + HIGHEST + ", not " + asked);
    }

    /** One that nobody has at this moment. */
    public static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
