package com.alumoutreach.backbone.jetstream;

import com.alumoutreach.contracts.EventCatalog;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.KeyValueConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the streams, or brings existing ones to their present definition. Idempotent. */
@Singleton
public class Streams {
    private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
    private static final int STREAM_NOT_FOUND = 10059;

    /** A dead letter stored twice by a process that died in between is dropped within this time. */
    private static final Duration DEAD_LETTER_DUPLICATES = Duration.ofHours(1);

    private final NatsConfig config;

    Streams(NatsConfig config) {
        this.config = config;
    }

    /** @throws JetStreamApiException when the server refuses, for example another retention policy on an existing stream */
    public void provision(JetStreamManagement management) throws IOException, JetStreamApiException {
        provision(management, events());
        provision(management, work());
        provision(management, redeliveries());
        provision(management, deadLetters());
        provision(management, erasedPositions());
    }

    private StreamConfiguration events() {
        List<String> subjects = new ArrayList<>();
        EventCatalog.domains().forEach(domain -> subjects.add(domain + ".>"));
        return base(EventStream.EVENTS)
                .subjects(subjects)
                .retentionPolicy(RetentionPolicy.Limits)
                .maxAge(config.eventsMaxAge())
                .maxBytes(config.eventsMaxBytes())
                .duplicateWindow(config.duplicateWindow())
                .build();
    }

    private StreamConfiguration work() {
        return base(EventStream.WORK)
                .subjects("work.>")
                .retentionPolicy(RetentionPolicy.WorkQueue)
                .duplicateWindow(config.duplicateWindow())
                .build();
    }

    /** A stream of its own, so that a backfill of years pushes no event out of ALUM_EVENTS and nobody else reads it. */
    private StreamConfiguration redeliveries() {
        return base(EventStream.REDELIVERIES)
                .subjects("redeliver.>")
                .retentionPolicy(RetentionPolicy.WorkQueue)
                .duplicateWindow(config.duplicateWindow())
                .build();
    }

    private StreamConfiguration deadLetters() {
        return base(EventStream.DEAD_LETTERS)
                .subjects("dlq.>")
                .retentionPolicy(RetentionPolicy.Limits)
                .maxAge(config.deadLettersMaxAge())
                .duplicateWindow(DEAD_LETTER_DUPLICATES)
                .build();
    }

    /** Kept a day longer than the messages that they tell of. */
    private StreamConfiguration erasedPositions() {
        return KeyValueConfiguration.builder(ErasedPositions.BUCKET)
                .ttl(config.eventsMaxAge().plusDays(1))
                .storageType(StorageType.File)
                .replicas(config.replicas())
                .build()
                .getBackingConfig();
    }

    private StreamConfiguration.Builder base(EventStream stream) {
        return StreamConfiguration.builder()
                .name(stream.streamName())
                .storageType(StorageType.File)
                .discardPolicy(DiscardPolicy.Old)
                .replicas(config.replicas())
                .allowDirect(true)
                .allowAtomicPublish(true);
    }

    private static void provision(JetStreamManagement management, StreamConfiguration wanted)
            throws IOException, JetStreamApiException {
        try {
            management.getStreamInfo(wanted.getName());
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
                throw e;
            }
            management.addStream(wanted);
            LOG.info("stream.created {}", wanted.getName());
            return;
        }
        // The server compares; an update to the same definition changes nothing.
        management.updateStream(wanted);
    }
}
