package com.alumoutreach.benchmarks;

import com.alumoutreach.contracts.EventIds;
import io.nats.client.Connection;
import io.nats.client.api.PublishAck;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The least that atomic publishing costs: batches of 1,000 of ready bytes, one after the other, with ids for the server. */
final class RawBatches {
    static final int BATCH = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RawBatches() {}

    static void publish(Connection nats, String subject, byte[] body, int count) throws Exception {
        for (int done = 0; done < count; done += BATCH) {
            publish(nats, subject, Collections.nCopies(Math.min(BATCH, count - done), body));
        }
    }

    /** @param bodies of one batch */
    static void publish(Connection nats, String subject, List<byte[]> bodies) throws Exception {
        String batchId = EventIds.next().toString();
        int last = bodies.size();
        for (int i = 1; i < last; i++) {
            nats.publish(message(subject, bodies.get(i - 1), batchId, i));
        }
        NatsMessage commit = message(subject, bodies.getLast(), batchId, last);
        commit.getHeaders().put("Nats-Batch-Commit", "1");
        PublishAck ack = new PublishAck(nats.request(commit).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        if (ack.getSeqno() == 0) {
            throw new IOException("A batch was not stored");
        }
    }

    private static NatsMessage message(String subject, byte[] body, String batchId, int number) {
        Headers headers = new Headers();
        headers.put("Nats-Msg-Id", EventIds.next().toString());
        headers.put("Nats-Batch-Id", batchId);
        headers.put("Nats-Batch-Sequence", Integer.toString(number));
        // As every event has one.
        headers.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
        return NatsMessage.builder()
                .subject(subject)
                .headers(headers)
                .data(body)
                .build();
    }
}
