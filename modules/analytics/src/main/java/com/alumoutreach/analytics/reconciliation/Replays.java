package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.eventlog.LogRow;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.jetstream.Redelivery;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Gives events to the archive alone, by the way that all its events come; one that it has already is dropped there. */
@Singleton
class Replays {
    private static final int BATCH = 500;
    private static final int BATCH_BYTES = 4_000_000;

    /** Not archived yet; beyond, the next batch waits. */
    private static final long MAX_OUTSTANDING = 10_000;

    private static final long PAUSE_MILLIS = 200;
    private static final int MAX_PAUSES = 3_000;

    private final NatsConnection nats;
    private final JetStreamPublisher publisher;
    private final String durable;

    Replays(
            NatsConnection nats,
            JetStreamPublisher publisher,
            @Named("ANALYTICS_INGEST_CONSUMER") DurableConsumer ingest) {
        this.nats = nats;
        this.publisher = publisher;
        this.durable = ingest.durable();
    }

    /** The replays of one comparison. Not for several threads. */
    final class Batch {
        private final UUID reconciliation;
        private final List<OutgoingMessage> waiting = new ArrayList<>();
        private int bytes;

        private Batch(UUID reconciliation) {
            this.reconciliation = reconciliation;
        }

        /** @throws NatsAwayException when they could not be given */
        void add(LogRow event) {
            Map<String, String> headers = new HashMap<>(event.headers());
            headers.put(Redelivery.BACKFILL, reconciliation.toString());
            waiting.add(new OutgoingMessage(
                    Redelivery.subject(durable, event.type()),
                    reconciliation + "/" + event.id(),
                    event.body(),
                    headers));
            bytes += event.body().length;
            if (waiting.size() == BATCH || bytes > BATCH_BYTES) {
                flush();
            }
        }

        /** Returns when all that was added is stored. */
        void flush() {
            if (waiting.isEmpty()) {
                return;
            }
            awaitRoom();
            publisher.publish(List.copyOf(waiting));
            waiting.clear();
            bytes = 0;
        }
    }

    Batch batch(UUID reconciliation) {
        return new Batch(reconciliation);
    }

    private void awaitRoom() {
        try {
            for (int pauses = 0; outstanding() > MAX_OUTSTANDING; pauses++) {
                if (pauses == MAX_PAUSES) {
                    throw new NatsAwayException("The archive does not take what is given to it");
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (IOException | JetStreamApiException e) {
            throw new NatsAwayException("NATS cannot be asked for the durable", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NatsAwayException("Interrupted while waiting for the archive", e);
        }
    }

    private long outstanding() throws IOException, JetStreamApiException {
        ConsumerInfo info =
                nats.require().jetStreamManagement().getConsumerInfo(EventStream.REDELIVERIES.streamName(), durable);
        return info.getNumPending() + info.getNumAckPending();
    }
}
