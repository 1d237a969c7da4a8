package com.alumoutreach.backbone.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.KeyValue;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Positions of ALUM_EVENTS whose messages are deleted on purpose, for the sake of a person who is erased. Every relay of the
 * house has to know them, or it would take them for damage and publish again what lies behind; so they are in NATS, in the
 * key-value bucket {@code ALUM_ERASED}. A position is noted before its message is deleted.
 */
public final class ErasedPositions {
    static final String BUCKET = "ALUM_ERASED";
    /** The end of the message id of a redacted copy; what stands before it is the event's id. */
    private static final String COPY = ".erased";

    private static final int NOT_FOUND = 404;

    private final NatsConnection nats;

    public ErasedPositions(NatsConnection nats) {
        this.nats = nats;
    }

    /** The message id of the copy that takes an event's place: another one, or the server would drop it as a duplicate. */
    public static String copyOf(UUID eventId) {
        return eventId + COPY;
    }

    /** The message id of what a copy is of; any other id is returned as it is. */
    static String original(String messageId) {
        return messageId.endsWith(COPY) ? messageId.substring(0, messageId.length() - COPY.length()) : messageId;
    }

    /** Notes a position whose message is going to be deleted. */
    public void add(StreamContents stream, long position, UUID eventId) throws IOException, JetStreamApiException {
        bucket().put(prefix(stream.created()) + position, eventId.toString());
    }

    /** @param created when the stream was made: one of the same name that was made later begins anew with its positions */
    Set<Long> of(EventStream stream, ZonedDateTime created) throws IOException, JetStreamApiException {
        if (stream != EventStream.EVENTS) {
            return Set.of();
        }
        String prefix = prefix(created);
        return keys().stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> Long.valueOf(key.substring(prefix.length())))
                .collect(Collectors.toSet());
    }

    /** Forgets positions that the stream has not given out (any more), as after it was set back to an older copy. */
    public static void forgetBeyondTheEnd(NatsConnection nats, EventStream stream)
            throws IOException, JetStreamApiException {
        ErasedPositions erased = new ErasedPositions(nats);
        List<String> keys = erased.keys();
        if (keys.isEmpty()) {
            return;
        }
        StreamInfo info = nats.require().jetStreamManagement().getStreamInfo(stream.streamName());
        String prefix = prefix(info.getCreateTime());
        for (String key : keys) {
            if (!key.startsWith(prefix)
                    || Long.parseLong(key.substring(prefix.length()))
                            > info.getStreamState().getLastSequence()) {
                erased.bucket().delete(key);
            }
        }
    }

    private List<String> keys() throws IOException, JetStreamApiException {
        try {
            return bucket().keys();
        } catch (JetStreamApiException e) {
            // A server that lost the bucket lost the streams as well.
            if (e.getErrorCode() == NOT_FOUND) {
                return List.of();
            }
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NatsAwayException("Interrupted while reading " + BUCKET, e);
        }
    }

    private KeyValue bucket() throws IOException {
        return nats.require().keyValue(BUCKET);
    }

    private static String prefix(ZonedDateTime created) {
        return created.toInstant().toEpochMilli() + ".";
    }
}
