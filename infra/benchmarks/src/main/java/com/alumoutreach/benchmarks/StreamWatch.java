package com.alumoutreach.benchmarks;

import com.alumoutreach.contracts.EventCodec;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees from outside when an event lies in ALUM_EVENTS, and when a durable acknowledges it. A server hands a message to a
 * consumer when it is on disk, which is when it answers the publisher; a durable acknowledges right after its commit. So both
 * times are a little later than what they stand for, never earlier.
 */
final class StreamWatch implements AutoCloseable {
    private static final String STREAM = "ALUM_EVENTS";
    private static final long POLL_NANOS = 2_000_000;
    private static final String ACKS = "$JS.ACK.>";
    private static final int TOKENS_WITHOUT_DOMAIN = 9;
    private static final int DOMAIN_TOKENS = 2;
    private static final int CONSUMER_TOKEN = 3;
    private static final int POSITION_TOKEN = 5;

    private final Connection nats;
    private final Queue<Seen> stored = new ConcurrentLinkedQueue<>();
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();

    private record Seen(Message message, long nanos) {}

    private record Acknowledged(String subject, long nanos) {}

    /**
     * @param nats closed with this
     * @param durables whose acknowledgements count; others listen too
     */
    StreamWatch(Connection nats, Collection<String> durables) throws IOException, JetStreamApiException {
        this.nats = nats;
        Dispatcher events = nats.createDispatcher();
        nats.jetStream()
                .subscribe(
                        "contact.>",
                        events,
                        message -> stored.add(new Seen(message, System.nanoTime())),
                        false,
                        PushSubscribeOptions.builder().stream(STREAM)
                                .ordered(true)
                                .configuration(ConsumerConfiguration.builder()
                                        .deliverPolicy(DeliverPolicy.New)
                                        .build())
                                .build());
        nats.createDispatcher(message -> {
                    if (durables.contains(token(message.getSubject(), CONSUMER_TOKEN))) {
                        acknowledged.add(new Acknowledged(message.getSubject(), System.nanoTime()));
                    }
                })
                .subscribe(ACKS);
    }

    /**
     * Returns when the durable has acknowledged everything in the stream that it listens to. Not when its floor is at the stream's
     * end: what others published since may be nothing for it, and then it never is.
     */
    static void awaitSettled(Connection nats, String durable) throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.jetStreamManagement();
        ConsumerInfo info = management.getConsumerInfo(STREAM, durable);
        while (info.getNumPending() > 0 || info.getNumAckPending() > 0) {
            LockSupport.parkNanos(POLL_NANOS);
            info = management.getConsumerInfo(STREAM, durable);
        }
    }

    int storedCount() {
        return stored.size();
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    /** When the event of each correlation was stored ({@link System#nanoTime}). */
    Map<String, Long> storedByCorrelation() {
        Map<String, Long> times = new HashMap<>();
        stored.forEach(seen -> times.put(correlation(seen), seen.nanos()));
        return times;
    }

    /** When the last durable acknowledged the event of each correlation. */
    Map<String, Long> lastAcknowledgedByCorrelation() {
        Map<Long, Long> byPosition = new HashMap<>();
        acknowledged.forEach(ack -> byPosition.merge(position(ack.subject()), ack.nanos(), Math::max));
        Map<String, Long> times = new HashMap<>();
        for (Seen seen : stored) {
            Long nanos = byPosition.get(seen.message().metaData().streamSequence());
            if (nanos != null) {
                times.put(correlation(seen), nanos);
            }
        }
        return times;
    }

    private static String correlation(Seen seen) {
        try {
            return EventCodec.mapper()
                    .readTree(seen.message().getData())
                    .get("correlationId")
                    .textValue();
        } catch (IOException e) {
            throw new IllegalStateException("A stored event is not JSON", e);
        }
    }

    private static long position(String subject) {
        return Long.parseLong(token(subject, POSITION_TOKEN));
    }

    /** Of {@code $JS.ACK.[domain.account.]stream.consumer.delivered.position.…}. */
    private static String token(String subject, int token) {
        String[] tokens = subject.split("\\.", -1);
        return tokens[token + (tokens.length == TOKENS_WITHOUT_DOMAIN ? 0 : DOMAIN_TOKENS)];
    }

    @Override
    public void close() throws InterruptedException {
        nats.close();
    }
}
