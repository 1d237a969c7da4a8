package com.alumoutreach.benchmarks;

import java.sql.SQLException;

/** Committed events for a relay to find: {@code contact.created} with 256 bytes of payload, made by Postgres itself. */
final class FilledLog {
    /** Bytes of the payload as text. */
    static final int PAYLOAD_BYTES = 256;

    /** What fills a payload up to that. */
    static final int FILLER = PAYLOAD_BYTES - 138;

    private static final int CHUNK = 10_000;

    private FilledLog() {}

    /** Appends {@code count} events in transactions of 10,000; returns the position of the last. */
    static long append(Bench bench, int count) throws SQLException {
        for (int done = 0; done < count; done += CHUNK) {
            bench.sql("""
                    INSERT INTO bench.system_events (id, org_id, event_type, occurred_at, actor_id, actor_type,
                      primary_entity_id, primary_entity_type, payload, correlation_id, source, version, trace_parent)
                    SELECT id, '%s', 'contact.created', now(), 'bench', 'system', id::text, 'contact',
                      jsonb_build_object('contactId', id::text, 'email', 'ada@example.com', 'source', 'bench',
                        'contactVersion', 1, 'firstName', repeat('x', %d)),
                      'bench', 'bench-service', '1.0',
                      '00-' || md5(id::text) || '-' || right(md5(id::text), 16) || '-00'
                    FROM (SELECT uuidv7() AS id FROM generate_series(1, %d)) ids""".formatted(BenchModule.TENANT, FILLER, Math.min(CHUNK, count - done)));
        }
        // Not paid by who is measured next.
        bench.sql("CHECKPOINT");
        long bytes =
                bench.number("SELECT octet_length(payload::text) FROM bench.system_events ORDER BY seq DESC LIMIT 1");
        if (bytes != PAYLOAD_BYTES) {
            throw new IllegalStateException("A payload has " + bytes + " bytes");
        }
        return bench.number("SELECT max(seq) FROM bench.system_events");
    }
}
