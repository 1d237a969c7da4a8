package com.alumoutreach.analytics.ingesting;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Lies between a client and ClickHouse, and cuts the connection of the next insert where it was told to. */
final class CuttingProxy implements AutoCloseable {
    private static final int PIECE = 16_384;

    private final ServerSocket listening;
    private final URI server;
    private final AtomicReference<@Nullable Cut> next = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();

    /**
     * Where to cut.
     *
     * @param requestBytes so many bytes of the insert reach the server; negative: all do, and the answer is lost
     */
    record Cut(int requestBytes) {
        static final Cut BEFORE_THE_ANSWER = new Cut(-1);
    }

    private CuttingProxy(ServerSocket listening, URI server) {
        this.listening = listening;
        this.server = server;
    }

    static CuttingProxy before(String serverUrl) {
        try {
            CuttingProxy proxy =
                    new CuttingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), URI.create(serverUrl));
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    void cutNextInsert(Cut cut) {
        next.set(cut);
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket client = listening.accept();
                Link link = new Link(client, new Socket(server.getHost(), server.getPort()));
                Thread.ofVirtual().start(link::requests);
                Thread.ofVirtual().start(link::answers);
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection and its other half. */
    private final class Link {
        private final Socket client;
        private final Socket behind;
        private volatile @Nullable Cut cut;
        private int forwarded;

        Link(Socket client, Socket behind) {
            this.client = client;
            this.behind = behind;
        }

        void requests() {
            byte[] piece = new byte[PIECE];
            try (client;
                    behind;
                    InputStream in = client.getInputStream();
                    OutputStream out = behind.getOutputStream()) {
                for (int n = in.read(piece); n > 0; n = in.read(piece)) {
                    if (cut == null && new String(piece, 0, n, StandardCharsets.ISO_8859_1).contains("INSERT")) {
                        cut = next.getAndSet(null);
                        forwarded = 0;
                    }
                    Cut here = cut;
                    boolean ends = here != null && here.requestBytes() >= 0 && forwarded + n >= here.requestBytes();
                    int allowed = ends && here != null ? Math.max(0, here.requestBytes() - forwarded) : n;
                    out.write(piece, 0, allowed);
                    out.flush();
                    forwarded += allowed;
                    if (ends) {
                        cuts.incrementAndGet();
                        return;
                    }
                }
            } catch (IOException e) {
                // One side is gone; so is the other, now.
            }
        }

        void answers() {
            byte[] piece = new byte[PIECE];
            try (client;
                    behind;
                    InputStream in = behind.getInputStream();
                    OutputStream out = client.getOutputStream()) {
                for (int n = in.read(piece); n > 0; n = in.read(piece)) {
                    Cut here = cut;
                    if (here != null && here.requestBytes() < 0) {
                        cuts.incrementAndGet();
                        return;
                    }
                    out.write(piece, 0, n);
                    out.flush();
                }
            } catch (IOException e) {
                // As above.
            }
        }
    }
}
