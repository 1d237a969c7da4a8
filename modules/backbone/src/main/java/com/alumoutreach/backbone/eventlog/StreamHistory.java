package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.jetstream.ErasedPositions;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.StrandedDurables;
import com.alumoutreach.backbone.jetstream.StreamContents;
import io.nats.client.JetStreamApiException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what JetStream lost of a log: its stream was deleted, its files were damaged, or set back to an older copy. The
 * relay's marks tell which event has to lie where. A stream keeps its history as a prefix, so the last mark that is still
 * right is where the loss begins.
 *
 * <p>Not found: what was lost from ALUM_WORK, if others filled its positions again before this relay looked, and ALUM_EVENTS
 * lost nothing.
 */
final class StreamHistory {
    private static final Logger LOG = LoggerFactory.getLogger(StreamHistory.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);

    /** A mark from before the last checks: it also tells of a loss that the newest mark came after. */
    private static final Duration OLDER = CHECK_EVERY.multipliedBy(3);

    private static final int PAGE = 1_000;

    /** Ids of messages that survived behind the beginning of a loss; beyond, they are published twice. */
    private static final int MAX_PRESENT = 500_000;

    private final String schema;
    private final NatsConnection nats;
    private final Duration eventsMaxAge;
    private String checkedSession = "";
    private long checkedNanos;

    StreamHistory(String schema, NatsConnection nats, Duration eventsMaxAge) {
        this.schema = schema;
        this.nats = nats;
        this.eventsMaxAge = eventsMaxAge;
    }

    /**
     * What has to be published again.
     *
     * @param wholeUntil the position in the log after which events are missing
     * @param present message ids of events behind it that are not missing
     */
    record Loss(long wholeUntil, Set<String> present) {}

    /** Whether it is time to look, or the server may be another than the one that was looked at. */
    boolean due() {
        return !sameSession() || System.nanoTime() - checkedNanos > CHECK_EVERY.toNanos();
    }

    /** Whether the connection is the one that was looked at: what was acknowledged since went where it should. */
    boolean sameSession() {
        return checkedSession.equals(nats.session());
    }

    /**
     * Compares streams and marks.
     *
     * @throws JetStreamApiException when a stream is not there
     */
    Optional<Loss> check(Handle connection) throws IOException, JetStreamApiException {
        String session = nats.session();
        if (!session.equals(checkedSession)) {
            StrandedDurables.setBack(nats, EventStream.EVENTS);
            StrandedDurables.setBack(nats, EventStream.WORK);
            StrandedDurables.setBack(nats, EventStream.REDELIVERIES);
            // Positions are given out again after a stream was set back: what was deleted there is of its past.
            ErasedPositions.forgetBeyondTheEnd(nats, EventStream.EVENTS);
        }
        Optional<Loss> events = lossOf(EventStream.EVENTS, connection);
        Optional<Loss> work = lossOf(EventStream.WORK, connection);
        checkedSession = session;
        checkedNanos = System.nanoTime();
        if (events.isPresent() && work.isPresent()) {
            return Optional.of(new Loss(
                    Math.min(events.get().wholeUntil(), work.get().wholeUntil()),
                    events.get().present()));
        }
        return events.or(() -> work);
    }

    private Optional<Loss> lossOf(EventStream stream, Handle connection) throws IOException, JetStreamApiException {
        StreamContents contents = StreamContents.of(nats, stream);
        RelayMark suspect = suspect(contents, connection);
        if (suspect == null) {
            return Optional.empty();
        }
        RelayMark right = lastRight(contents, connection, suspect.seq());
        long wholeUntil = Math.max(right == null ? 0 : right.seq(), lastExpired(connection));
        // A work queue drops what was taken: what is there now says nothing about what was lost.
        Set<String> present = stream == EventStream.WORK
                ? Set.of()
                : contents.messageIds(right == null ? 1 : right.position() + 1, MAX_PRESENT);
        LOG.warn(
                "relay.stream_lost_events stream={} module={} after={} present={}",
                stream.streamName(),
                schema,
                wholeUntil,
                present.size());
        return Optional.of(new Loss(wholeUntil, present));
    }

    /** A mark that is not right any more, or that a hole may lie before. */
    private @Nullable RelayMark suspect(StreamContents contents, Handle connection)
            throws IOException, JetStreamApiException {
        String query = "SELECT * FROM " + schema + ".relay_marks WHERE stream = :stream";
        RelayMark older = first(connection
                .createQuery(
                        query + " AND published_at < now() - make_interval(secs => :age) ORDER BY seq DESC LIMIT 1")
                .bind("age", OLDER.toSeconds())
                .bind("stream", contents.stream().streamName()));
        if (older != null && !contents.holds(older.position(), older.eventId())) {
            return older;
        }
        RelayMark newest = first(connection
                .createQuery(query + " ORDER BY seq DESC LIMIT 1")
                .bind("stream", contents.stream().streamName()));
        if (newest != null && !contents.holds(newest.position(), newest.eventId())) {
            return newest;
        }
        return newHole(contents, connection)
                .map(hole -> first(connection
                        .createQuery(query + " AND position > :hole ORDER BY seq LIMIT 1")
                        .bind("hole", hole)
                        .bind("stream", contents.stream().streamName())))
                .orElse(null);
    }

    /** The first hole, when there are more than were known. A work queue consists of holes. */
    private Optional<Long> newHole(StreamContents contents, Handle connection)
            throws IOException, JetStreamApiException {
        if (contents.stream() == EventStream.WORK) {
            return Optional.empty();
        }
        String stream = contents.stream().streamName();
        Optional<Holes> known = connection
                .createQuery("SELECT holes, unintended FROM " + schema + ".relay_holes WHERE stream = :stream")
                .bind("stream", stream)
                .map((row, context) -> new Holes(row.getLong(1), row.getLong(2)))
                .findFirst();
        if (known.isPresent() && known.get().all() == contents.holes()) {
            return Optional.empty();
        }
        Set<Long> unintended = contents.holes() == 0 ? Set.of() : contents.unintendedHoles();
        connection
                .createUpdate("INSERT INTO " + schema + ".relay_holes (stream, holes, unintended)"
                        + " VALUES (:stream, :holes, :unintended) ON CONFLICT (stream) DO UPDATE"
                        + " SET holes = EXCLUDED.holes, unintended = EXCLUDED.unintended")
                .bind("stream", stream)
                .bind("holes", contents.holes())
                .bind("unintended", unintended.size())
                .execute();
        return known.filter(before -> before.unintended() < unintended.size())
                .flatMap(before -> unintended.stream().min(Long::compare));
    }

    /**
     * Missing messages between the first and the last of a stream.
     *
     * @param unintended those that were not deleted on purpose, for a person who was erased
     */
    private record Holes(long all, long unintended) {}

    private @Nullable RelayMark lastRight(StreamContents contents, Handle connection, long before)
            throws IOException, JetStreamApiException {
        long until = before;
        while (true) {
            List<RelayMark> page = connection
                    .createQuery("SELECT * FROM " + schema + ".relay_marks WHERE stream = :stream AND seq < :until"
                            + " ORDER BY seq DESC LIMIT :page")
                    .bind("stream", contents.stream().streamName())
                    .bind("until", until)
                    .bind("page", PAGE)
                    .map((row, context) -> mark(row))
                    .list();
            if (page.isEmpty()) {
                return null;
            }
            if (contents.holds(page.getLast().position(), page.getLast().eventId())) {
                return newestRight(contents, page);
            }
            until = page.getLast().seq();
        }
    }

    /** @param page newest first; the last is right */
    private static RelayMark newestRight(StreamContents contents, List<RelayMark> page)
            throws IOException, JetStreamApiException {
        int wrong = -1;
        int right = page.size() - 1;
        while (right - wrong > 1) {
            int middle = (wrong + right) >>> 1;
            RelayMark mark = page.get(middle);
            if (contents.holds(mark.position(), mark.eventId())) {
                right = middle;
            } else {
                wrong = middle;
            }
        }
        return page.get(right);
    }

    /** The last row that is too old for the stream. */
    private long lastExpired(Handle connection) {
        return connection
                .createQuery("SELECT coalesce(max(seq), 0) FROM " + schema
                        + ".system_events WHERE created_at < now() - make_interval(secs => :age)")
                .bind("age", eventsMaxAge.toSeconds())
                .mapTo(Long.class)
                .one();
    }

    private static @Nullable RelayMark first(Query query) {
        return query.map((row, context) -> mark(row)).findFirst().orElse(null);
    }

    private static RelayMark mark(ResultSet row) throws SQLException {
        return new RelayMark(
                EventStream.named(row.getString("stream")),
                row.getLong("seq"),
                row.getLong("position"),
                row.getObject("event_id", UUID.class));
    }
}
