package com.alumoutreach.backbone.jetstream;

import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.OrderedConsumerContext;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.OrderedConsumerConfiguration;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.api.StreamState;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What a stream holds at this moment. */
public final class StreamContents {
    private static final int NOT_FOUND = 404;
    private static final int PAGE = 5_000;
    private static final long PAGE_WAIT_MILLIS = 5_000;

    private final NatsConnection nats;
    private final JetStreamManagement management;
    private final EventStream stream;
    private final StreamState state;

    private StreamContents(NatsConnection nats, JetStreamManagement management, EventStream stream, StreamState state) {
        this.nats = nats;
        this.management = management;
        this.stream = stream;
        this.state = state;
    }

    /**
     * Looks at the stream's state now.
     *
     * @throws JetStreamApiException also when there is no such stream
     * @throws NatsAwayException while there is no connection
     */
    public static StreamContents of(NatsConnection nats, EventStream stream) throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.require().jetStreamManagement();
        return new StreamContents(
                nats,
                management,
                stream,
                management.getStreamInfo(stream.streamName()).getStreamState());
    }

    public EventStream stream() {
        return stream;
    }

    /** Whether nothing speaks against the event lying there: it does, or it did and expired, or was taken from a work queue. */
    public boolean holds(long position, UUID eventId) throws IOException, JetStreamApiException {
        if (position > state.getLastSequence()) {
            return false;
        }
        if (position < state.getFirstSequence()) {
            return true;
        }
        try {
            MessageInfo message = management.getMessage(stream.streamName(), position);
            return message.getHeaders() != null
                    && eventId.toString().equals(message.getHeaders().getFirst(OutgoingMessage.ID));
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return stream == EventStream.WORK;
            }
            throw e;
        }
    }

    /** How many messages are missing between the first and the last. */
    public long holes() {
        return state.getDeletedCount();
    }

    public Optional<Long> firstHole() throws IOException, JetStreamApiException {
        List<Long> deleted = management
                .getStreamInfo(stream.streamName(), StreamInfoOptions.deletedDetails())
                .getStreamState()
                .getDeleted();
        return deleted.stream().min(Long::compare);
    }

    /**
     * The ids of the messages from a position to the end.
     *
     * @param limit at most so many
     */
    public Set<String> messageIds(long from, int limit) throws IOException, JetStreamApiException {
        Set<String> ids = new HashSet<>();
        if (from > state.getLastSequence()) {
            return ids;
        }
        OrderedConsumerContext reader = nats.require()
                .getStreamContext(stream.streamName())
                .createOrderedConsumer(new OrderedConsumerConfiguration()
                        .deliverPolicy(DeliverPolicy.ByStartSequence)
                        .startSequence(from)
                        .headersOnly(true));
        long reached = from - 1;
        while (reached < state.getLastSequence() && ids.size() < limit) {
            long before = reached;
            reached = Math.max(reached, readPage(reader, ids));
            if (reached == before) {
                return ids;
            }
        }
        return ids;
    }

    /** @return the position of the last message of the page; 0 when there was none */
    private static long readPage(OrderedConsumerContext reader, Set<String> ids)
            throws IOException, JetStreamApiException {
        long reached = 0;
        FetchConsumeOptions page = FetchConsumeOptions.builder()
                .maxMessages(PAGE)
                .noWaitExpiresIn(PAGE_WAIT_MILLIS)
                .build();
        try (FetchConsumer fetch = reader.fetch(page)) {
            for (Message message = fetch.nextMessage(); message != null; message = fetch.nextMessage()) {
                reached = message.metaData().streamSequence();
                String id = message.hasHeaders() ? message.getHeaders().getFirst(OutgoingMessage.ID) : null;
                if (id != null) {
                    ids.add(id);
                }
            }
            return reached;
        } catch (IOException | JetStreamApiException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NatsAwayException("Interrupted while reading a stream", e);
        } catch (Exception e) {
            throw new NatsAwayException("A stream cannot be read", e);
        }
    }
}
