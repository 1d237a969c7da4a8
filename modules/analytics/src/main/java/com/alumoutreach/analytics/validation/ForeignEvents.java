package com.alumoutreach.analytics.validation;

import com.alumoutreach.analytics.kpi.RelevantTypes;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.MessageIds;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.InvalidEventException;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import io.nats.client.OrderedConsumerContext;
import io.nats.client.StreamContext;
import io.nats.client.api.OrderedConsumerConfiguration;
import io.nats.client.api.StreamState;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Events that clients of other makes published straight to the stream: no service's log has them, the stream is their record. */
@Singleton
class ForeignEvents {
    private static final String STREAM = EventStream.EVENTS.streamName();
    private static final int MESSAGES_A_FETCH = 1_000;
    private static final int FETCH_MILLIS = 2_000;

    private final NatsConnection nats;
    private final Clock clock;

    ForeignEvents(NatsConnection nats, Clock clock) {
        this.nats = nats;
        this.clock = clock;
    }

    /**
     * Where the stream begins. One that was made anew begins at 1 again, so that the time counts as well.
     *
     * @param position of its first message, or of the next one
     */
    record Beginning(long position, Instant time) {}

    /**
     * Reads the stream's events of a tenant that any figure is made of.
     *
     * @param sources services whose events are in logs, and left out here
     * @return what is from before that is not in the stream any more
     */
    Beginning read(String tenantId, Set<String> sources, Consumer<EventEnvelope> sink)
            throws IOException, JetStreamApiException, InterruptedException, JetStreamStatusCheckedException {
        StreamContext stream = nats.require().getStreamContext(STREAM);
        StreamState state = stream.getStreamInfo().getStreamState();
        if (state.getMsgCount() == 0) {
            return new Beginning(state.getLastSequence() + 1, clock.instant());
        }
        OrderedConsumerContext consumer =
                stream.createOrderedConsumer(new OrderedConsumerConfiguration().filterSubjects(RelevantTypes.all()));
        byte[] tenant = ("\"" + tenantId + "\"").getBytes(StandardCharsets.UTF_8);
        long last = 0;
        long left = 1;
        while (left > 0 && last < state.getLastSequence()) {
            left = 0;
            try (FetchConsumer fetch = consumer.fetch(io.nats.client.FetchConsumeOptions.builder()
                    .maxMessages(MESSAGES_A_FETCH)
                    .expiresIn(FETCH_MILLIS)
                    .noWait()
                    .build())) {
                for (Message message = fetch.nextMessage(); message != null; message = fetch.nextMessage()) {
                    last = message.metaData().streamSequence();
                    left = message.metaData().pendingCount();
                    EventEnvelope event = contains(message.getData(), tenant) ? envelope(message) : null;
                    if (event != null && event.tenantId().equals(tenantId) && !sources.contains(event.source())) {
                        sink.accept(event);
                    }
                }
            } catch (IOException | JetStreamApiException | InterruptedException | JetStreamStatusCheckedException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("The stream could not be read", e);
            }
        }
        return new Beginning(state.getFirstSequence(), state.getFirstTime().toInstant());
    }

    /** One that is no event went to the dead letters, not to ClickHouse. */
    private static @Nullable EventEnvelope envelope(Message message) {
        try {
            return EventCodec.readEnvelope(message.getData(), message.getSubject(), () -> MessageIds.fallback(message));
        } catch (InvalidEventException e) {
            return null;
        }
    }

    /** Cheaper than to parse what is another's. A tenant's name has no character that JSON escapes, or else all are parsed. */
    private static boolean contains(byte[] body, byte[] part) {
        for (byte each : part) {
            if (each == '\\' || each < ' ') {
                return true;
            }
        }
        outer:
        for (int i = 0; i <= body.length - part.length; i++) {
            for (int j = 0; j < part.length; j++) {
                if (body[i + j] != part[j]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }
}
