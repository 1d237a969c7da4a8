package com.alumoutreach.backbone.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A TCP line to a server on this machine, which can be slow, be cut, and go dead without a word. */
public final class FaultyLine implements AutoCloseable {
    private static final int BUFFER = 65_536;

    private final ServerSocket listener;
    private final int target;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean refusing;

    private static final class Line {
        private final Socket client;
        private final Socket server;
        private volatile boolean dead;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void close() throws IOException {
            client.close();
            server.close();
        }
    }

    public FaultyLine(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Every chunk in both directions waits so long. */
    public void slow(Duration time) {
        delay = time;
    }

    /** Closes all connections; new ones are made. */
    public void cut() {
        lines.forEach(line -> {
            try {
                line.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Connections that are there now stay open for ever, but nothing passes any more; new ones are made. */
    public void goDead() {
        lines.forEach(line -> line.dead = true);
    }

    /** While true new connections are closed at once. */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), target));
                lines.add(line);
                Thread.ofVirtual().start(() -> pump(line, line.client, line.server));
                Thread.ofVirtual().start(() -> pump(line, line.server, line.client));
            } catch (IOException e) {
                // The server is away, or this line is closed.
            }
        }
    }

    private void pump(Line line, Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!delay.isZero()) {
                    LockSupport.parkNanos(delay.toNanos());
                }
                if (!line.dead) {
                    out.write(buffer, 0, read);
                }
            }
            if (!line.dead) {
                line.close();
            }
        } catch (IOException e) {
            // Cut.
        } finally {
            if (!line.dead) {
                lines.remove(line);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
