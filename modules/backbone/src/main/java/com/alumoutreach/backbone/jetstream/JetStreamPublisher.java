package com.alumoutreach.backbone.jetstream;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Station 5: stores messages in JetStream, in order, and returns when the server has them on disk. Many go as one atomic
 * batch: all or none, one fsync. The next station is the consumer's {@code DurableSubscription} (station 6).
 */
@Singleton
public class JetStreamPublisher {
    /** The server's own limit for an atomic batch. */
    public static final int MAX_BATCH = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(JetStreamPublisher.class);
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(10);

    private final NatsConnection nats;

    JetStreamPublisher(NatsConnection nats) {
        this.nats = nats;
    }

    /** Messages on their way. */
    @FunctionalInterface
    public interface Sending {
        /**
         * Returns when they are stored. To be called once.
         *
         * @return the position of the last message in its stream
         * @throws NatsAwayException when the acknowledgement did not come: the messages may or may not be stored
         */
        long await();
    }

    /** As {@link #send}, and waits. */
    public long publish(List<OutgoingMessage> messages) {
        return send(messages).await();
    }

    /**
     * Sends to one stream. The order of two sendings is certain only when the first was awaited before the second was sent.
     *
     * @param messages at most {@link #MAX_BATCH}, all of subjects of one stream
     * @throws NatsAwayException while there is no connection
     */
    public Sending send(List<OutgoingMessage> messages) {
        if (messages.size() > MAX_BATCH) {
            throw new IllegalArgumentException("At most " + MAX_BATCH + " messages in a batch");
        }
        if (messages.size() == 1) {
            return sendEach(messages);
        }
        CompletableFuture<Message> reply = sendAtomically(messages);
        return () -> {
            try {
                return acknowledged(reply).getSeqno();
            } catch (JetStreamApiException e) {
                // A batch is refused whole when one of its messages is a duplicate, as after a crash between publish
                // and the cursor's move. One by one the server drops just those.
                LOG.info("publish.batch_refused size={} reason={}", messages.size(), e.getMessage());
                return sendEach(messages).await();
            }
        };
    }

    /** Publishes one message. */
    public void publish(OutgoingMessage message) {
        sendEach(List.of(message)).await();
    }

    private CompletableFuture<Message> sendAtomically(List<OutgoingMessage> messages) {
        Connection connection = nats.require();
        String batchId = UUID.randomUUID().toString();
        int last = messages.size();
        try {
            for (int i = 1; i < last; i++) {
                connection.publish(inBatch(messages.get(i - 1), batchId, i));
            }
            NatsMessage commit = inBatch(messages.get(last - 1), batchId, last);
            commit.getHeaders().put("Nats-Batch-Commit", "1");
            return connection.request(commit);
        } catch (IllegalStateException e) {
            throw new NatsAwayException("The connection was lost while publishing", e);
        }
    }

    private static NatsMessage inBatch(OutgoingMessage message, String batchId, int sequence) {
        Headers headers = message.natsHeaders();
        headers.put("Nats-Batch-Id", batchId);
        headers.put("Nats-Batch-Sequence", Integer.toString(sequence));
        return toNats(message, headers);
    }

    private Sending sendEach(List<OutgoingMessage> messages) {
        Connection connection = nats.require();
        List<CompletableFuture<Message>> replies = new ArrayList<>(messages.size());
        try {
            for (OutgoingMessage message : messages) {
                replies.add(connection.request(toNats(message, message.natsHeaders())));
            }
        } catch (IllegalStateException e) {
            throw new NatsAwayException("The connection was lost while publishing", e);
        }
        return () -> {
            try {
                long position = 0;
                for (CompletableFuture<Message> reply : replies) {
                    // A duplicate is acknowledged with the position of the first.
                    position = acknowledged(reply).getSeqno();
                }
                return position;
            } catch (JetStreamApiException e) {
                throw new NatsAwayException("JetStream did not take the messages: " + e.getMessage(), e);
            }
        };
    }

    private static NatsMessage toNats(OutgoingMessage message, Headers headers) {
        return NatsMessage.builder()
                .subject(message.subject())
                .headers(headers)
                .data(message.body())
                .build();
    }

    private static PublishAck acknowledged(CompletableFuture<Message> reply) throws JetStreamApiException {
        try {
            return new PublishAck(reply.get(ACK_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NatsAwayException("Interrupted while waiting for JetStream", e);
        } catch (TimeoutException | ExecutionException | java.util.concurrent.CancellationException | IOException e) {
            throw new NatsAwayException("JetStream did not acknowledge", e);
        }
    }
}
