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
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamInfoOptions;
import io.nats.client.api.StreamState;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a stream holds at this moment. */
public final class StreamContents {
    private static final int NOT_FOUND = 404;
    private static final int PAGE = 5_000;
    private static final long PAGE_WAIT_MILLIS = 5_000;

    private final NatsConnection nats;
    private final JetStreamManagement management;
    private final EventStream stream;
    private final StreamState state;
    private final ZonedDateTime created;
    private @Nullable Set<Long> erased;

    private StreamContents(NatsConnection nats, JetStreamManagement management, EventStream stream, StreamInfo info) {
        this.nats = nats;
        this.management = management;
        this.stream = stream;
        this.state = info.getStreamState();
        this.created = info.getCreateTime();
    }

    /**
     * Looks at the stream's state now.
     *
     * @throws JetStreamApiException also when there is no such stream
     * @throws NatsAwayException while there is no connection
     */
    public static StreamContents of(NatsConnection nats, EventStream stream) throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.require().jetStreamManagement();
        return new StreamContents(nats, management, stream, management.getStreamInfo(stream.streamName()));
    }

    public EventStream stream() {
        return stream;
    }

    /** When the stream was made. */
    ZonedDateTime created() {
        return created;
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
                return stream == EventStream.WORK || erased().contains(position);
            }
            throw e;
        }
    }

    /** When the event was stored there; empty when it is not there (any more). */
    public Optional<Instant> storedAt(long position, UUID eventId) throws IOException, JetStreamApiException {
        try {
            MessageInfo message = management.getMessage(stream.streamName(), position);
            return Optional.of(message)
                    .filter(m -> m.getHeaders() != null
                            && eventId.toString().equals(m.getHeaders().getFirst(OutgoingMessage.ID)))
                    .map(m -> m.getTime().toInstant());
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** How many messages are missing between the first and the last. */
    public long holes() {
        return state.getDeletedCount();
    }

    /** The positions between the first and the last that are missing, but for those that were deleted on purpose. */
    public Set<Long> unintendedHoles() throws IOException, JetStreamApiException {
        Set<Long> holes = new TreeSet<>(management
                .getStreamInfo(stream.streamName(), StreamInfoOptions.deletedDetails())
                .getStreamState()
                .getDeleted());
        // Asked for after the holes: a position is noted before its message is deleted.
        holes.removeAll(new ErasedPositions(nats).of(stream, created));
        return holes;
    }

    private Set<Long> erased() throws IOException, JetStreamApiException {
        Set<Long> known = erased;
        if (known == null) {
            known = new ErasedPositions(nats).of(stream, created);
            erased = known;
        }
        return known;
    }

    /**
     * Where messages of these ids lie; an id can have several.
     *
     * @param subjects of the messages
     * @param since when the first of them was stored at the earliest
     */
    public Map<String, List<Long>> positionsOf(Set<String> ids, Collection<String> subjects, Instant since)
            throws IOException, JetStreamApiException {
        Map<String, List<Long>> found = new HashMap<>();
        read(
                new OrderedConsumerConfiguration()
                        .deliverPolicy(DeliverPolicy.ByStartTime)
                        .startTime(since.atZone(ZoneOffset.UTC))
                        .filterSubjects(List.copyOf(subjects)),
                0,
                message -> {
                    String id = header(message, OutgoingMessage.ID);
                    if (id != null && ids.contains(id)) {
                        found.computeIfAbsent(id, key -> new ArrayList<>())
                                .add(message.metaData().streamSequence());
                    }
                    return true;
                });
        return found;
    }

    /** How many messages lie there. */
    public long messages() {
        return state.getMsgCount();
    }

    /** Another one whenever a message came or went, also when the stream was made anew. */
    public String fingerprint() {
        return state.getFirstSequence() + "-" + state.getLastSequence() + "/" + state.getMsgCount() + "@" + created;
    }

    /**
     * The ids of the messages from a position to the end; a redacted copy has that of its event.
     *
     * @param limit at most so many
     */
    public Set<String> messageIds(long from, int limit) throws IOException, JetStreamApiException {
        Set<String> ids = new HashSet<>();
        readHeaders(from, message -> {
            String id = header(message, OutgoingMessage.ID);
            if (id != null) {
                ids.add(ErasedPositions.original(id));
            }
            return ids.size() < limit;
        });
        return ids;
    }

    /**
     * How many messages have each value of a header; those without it are under the empty text.
     *
     * @param limit messages that are counted at most, the oldest first
     */
    public Map<String, Long> countByHeader(String name, int limit) throws IOException, JetStreamApiException {
        Map<String, Long> counts = new HashMap<>();
        AtomicInteger left = new AtomicInteger(limit);
        if (messages() > 0) {
            readHeaders(state.getFirstSequence(), message -> {
                if (left.getAndDecrement() > 0) {
                    counts.merge(Objects.requireNonNullElse(header(message, name), ""), 1L, Long::sum);
                }
                return left.get() > 0;
            });
        }
        return counts;
    }

    private static @Nullable String header(Message message, String name) {
        return message.hasHeaders() ? message.getHeaders().getFirst(name) : null;
    }

    /** @param more called with each message, without its body, until it says false */
    private void readHeaders(long from, Predicate<Message> more) throws IOException, JetStreamApiException {
        if (from > state.getLastSequence()) {
            return;
        }
        read(
                new OrderedConsumerConfiguration()
                        .deliverPolicy(DeliverPolicy.ByStartSequence)
                        .startSequence(from),
                from - 1,
                more);
    }

    private void read(OrderedConsumerConfiguration messages, long before, Predicate<Message> more)
            throws IOException, JetStreamApiException {
        OrderedConsumerContext reader =
                nats.require().getStreamContext(stream.streamName()).createOrderedConsumer(messages.headersOnly(true));
        long reached = before;
        while (reached < state.getLastSequence()) {
            Page page = readPage(reader, more);
            if (page.last() <= reached || !page.more()) {
                return;
            }
            reached = page.last();
        }
    }

    /** @param last the position of its last message; 0 when there was none */
    private record Page(long last, boolean more) {}

    private static Page readPage(OrderedConsumerContext reader, Predicate<Message> wantsMore)
            throws IOException, JetStreamApiException {
        long last = 0;
        boolean more = true;
        FetchConsumeOptions page = FetchConsumeOptions.builder()
                .maxMessages(PAGE)
                .noWaitExpiresIn(PAGE_WAIT_MILLIS)
                .build();
        try (FetchConsumer fetch = reader.fetch(page)) {
            for (Message message = fetch.nextMessage(); message != null; message = fetch.nextMessage()) {
                last = message.metaData().streamSequence();
                // The last one that fits the filter: nothing comes after it that would be worth waiting for.
                more = wantsMore.test(message) && message.metaData().pendingCount() > 0;
            }
            return new Page(last, more);
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
