package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.jetstream.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** How far a schema's log has been published, and where the last events of each second came to lie. */
final class RelayCursor {
    private static final long MARK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

    private final String schema;
    private final String move;
    /** The newest mark of each stream; it is replaced until it is a second old. */
    private final Map<EventStream, RelayMark> newest = new EnumMap<>(EventStream.class);

    private long newestSinceNanos;

    RelayCursor(String schema) {
        this.schema = schema;
        // Not waiting for the disk: after a crash of Postgres cursor and marks stand a little earlier, together,
        // and what lies behind is published again, as after a crash of the relay.
        this.move = """
                WITH moved AS (UPDATE %1$s.relay_cursor SET seq = :seq, moved_at = now()
                               FROM (SELECT set_config('synchronous_commit', 'off', true)) no_wait),
                     replaced AS (DELETE FROM %1$s.relay_marks m USING unnest(:oldStreams, :oldSeqs) AS old (stream, seq)
                                  WHERE m.stream = old.stream AND m.seq = old.seq)
                INSERT INTO %1$s.relay_marks (stream, seq, position, event_id)
                SELECT * FROM unnest(:streams, :seqs, :positions, :ids)""".formatted(schema);
    }

    long load(Handle connection) {
        return connection
                .createQuery("SELECT seq FROM " + schema + ".relay_cursor")
                .mapTo(Long.class)
                .one();
    }

    /** In one statement, so that the marks never know less than the cursor. */
    void move(Handle connection, long to, Collection<RelayMark> marks) {
        List<RelayMark> replaced = replacedBy(marks);
        connection
                .createUpdate(move)
                .bind("seq", to)
                .bindArray("oldStreams", String.class, each(replaced, RelayCursor::streamName))
                .bindArray("oldSeqs", Long.class, each(replaced, RelayMark::seq))
                .bindArray("streams", String.class, each(marks, RelayCursor::streamName))
                .bindArray("seqs", Long.class, each(marks, RelayMark::seq))
                .bindArray("positions", Long.class, each(marks, RelayMark::position))
                .bindArray("ids", UUID.class, each(marks, RelayMark::eventId))
                .execute();
        marks.forEach(mark -> newest.put(mark.stream(), mark));
    }

    /** Takes the cursor back, and forgets the marks after it. Call in a transaction. */
    void rewind(Handle tx, long to) {
        tx.createUpdate("DELETE FROM " + schema + ".relay_marks WHERE seq > :seq")
                .bind("seq", to)
                .execute();
        tx.createUpdate("UPDATE " + schema + ".relay_cursor SET seq = :seq, moved_at = now()")
                .bind("seq", to)
                .execute();
        newest.clear();
    }

    private List<RelayMark> replacedBy(Collection<RelayMark> marks) {
        long now = System.nanoTime();
        if (now - newestSinceNanos > MARK_EVERY_NANOS) {
            newestSinceNanos = now;
            newest.clear();
            return List.of();
        }
        List<RelayMark> replaced = new ArrayList<>();
        for (RelayMark mark : marks) {
            RelayMark older = newest.get(mark.stream());
            if (older != null) {
                replaced.add(older);
            }
        }
        return replaced;
    }

    private static String streamName(RelayMark mark) {
        return mark.stream().streamName();
    }

    private static Object[] each(Collection<RelayMark> marks, Function<RelayMark, Object> part) {
        return marks.stream().map(part).toArray();
    }
}
