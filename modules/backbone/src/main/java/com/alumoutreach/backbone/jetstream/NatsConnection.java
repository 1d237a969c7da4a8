package com.alumoutreach.backbone.jetstream;

import io.micronaut.context.annotation.Context;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ServerInfo;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to NATS. It is made in the background, so that a service starts and serves while NATS is away, and it
 * comes back by itself. Users ask for it at every step and take {@link NatsAwayException} as "later".
 */
@Context
public class NatsConnection {
    private static final Logger LOG = LoggerFactory.getLogger(NatsConnection.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final NatsConfig config;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong generation = new AtomicLong();
    private volatile @Nullable Connection connection;
    private volatile String reason = "not connected yet";

    NatsConnection(NatsConfig config) {
        this.config = config;
        Thread.ofVirtual().name("nats-connect").start(this::connect);
    }

    /** @throws NatsAwayException while there is no connection */
    public Connection require() {
        Connection current = connection;
        if (current == null || current.getStatus() != Connection.Status.CONNECTED) {
            throw new NatsAwayException(reason);
        }
        return current;
    }

    public boolean connected() {
        Connection current = connection;
        return current != null && current.getStatus() == Connection.Status.CONNECTED;
    }

    /** Why there is no connection, without credentials. */
    public String reason() {
        return reason;
    }

    /** Grows with each (re)connection: streams may have been lost between two generations. */
    public long generation() {
        return generation.get();
    }

    /**
     * Names the connection between two losses of it: while it stays the same, the server has not been started anew.
     *
     * @throws NatsAwayException while there is no connection
     */
    public String session() {
        ServerInfo server = require().getServerInfo();
        return server.getServerId() + "/" + server.getClientId();
    }

    private void connect() {
        Options options = Options.builder()
                .servers(config.url().split(","))
                .maxReconnects(-1)
                .reconnectWait(RETRY)
                .connectionTimeout(Duration.ofSeconds(5))
                .pingInterval(config.pingInterval())
                // Nothing is buffered while disconnected: the log in Postgres is the buffer, and half a batch is worse.
                .reconnectBufferSize(0)
                .connectionListener(this::onConnectionEvent)
                .errorListener(new QuietErrors())
                .build();
        try {
            do {
                try {
                    connection = Nats.connect(options);
                    return;
                } catch (IOException e) {
                    reason = "cannot connect to NATS: " + e.getMessage();
                    LOG.debug("{}", reason);
                }
            } while (!closing.await(RETRY.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void onConnectionEvent(Connection source, ConnectionListener.Events event) {
        switch (event) {
            case CONNECTED, RECONNECTED -> {
                generation.incrementAndGet();
                reason = "";
                LOG.info("nats.connected");
            }
            case DISCONNECTED, CLOSED -> {
                reason = "the connection to NATS was lost";
                LOG.warn("nats.disconnected");
            }
            default -> LOG.debug("nats.{}", event);
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        closing.countDown();
        Connection current = connection;
        if (current != null) {
            current.close();
        }
    }

    private static final class QuietErrors implements ErrorListener {
        @Override
        public void errorOccurred(Connection conn, String error) {
            LOG.warn("nats.error {}", error);
        }

        @Override
        public void exceptionOccurred(Connection conn, Exception exception) {
            LOG.debug("nats.exception", exception);
        }
    }
}
