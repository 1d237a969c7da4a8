package com.alumoutreach.peers;

import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.PublishAck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Where peers publish to. Handlers wait until it is open, so that a backlog can be committed first. */
final class Target {
    private static final String SUBJECT = "contact.created";

    private final JetStream jetStream;
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final CountDownLatch done;

    Target(Connection nats, int wanted) throws IOException {
        this.jetStream = nats.jetStream();
        this.done = new CountDownLatch(wanted);
    }

    void open() {
        open.countDown();
    }

    /** Publishes and waits for the acknowledgement, as a handler that returns when it is done must. */
    void publish(String body) {
        try {
            open.await();
            PublishAck ack = jetStream.publish(SUBJECT, body.getBytes(StandardCharsets.UTF_8));
            acknowledged(ack);
        } catch (IOException | JetStreamApiException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Publishes a batch that a peer hands over as one, and waits for all acknowledgements. */
    void publishAll(List<String> bodies) throws InterruptedException {
        open.await();
        List<CompletableFuture<PublishAck>> replies = bodies.stream()
                .map(body -> jetStream.publishAsync(SUBJECT, body.getBytes(StandardCharsets.UTF_8)))
                .toList();
        for (CompletableFuture<PublishAck> reply : replies) {
            try {
                acknowledged(reply.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void acknowledged(PublishAck ack) {
        if (ack.getSeqno() > 0) {
            acknowledged.incrementAndGet();
            done.countDown();
        }
    }

    /** Waits until so many were acknowledged as are wanted. */
    void await() throws InterruptedException {
        done.await();
    }
}
