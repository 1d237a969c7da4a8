package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.consuming.Subscriptions;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactUpdated;
import io.nats.client.Connection;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Segments: a rule over all contacts, against the query that somebody would write by hand; and members event by event. */
@Command(
        name = "segments",
        description = "Segments: evaluation over all contacts against bare SQL; contact events with many segments.",
        mixinStandardHelpOptions = true)
final class SegmentsBenchmark implements Callable<Integer> {
    private static final String STREAM = "ALUM_EVENTS";
    private static final String DURABLE = "SEGMENTS_CONTACT_CONSUMER";
    private static final int CHUNK = 50_000;
    private static final double MILLI = 1e6;

    /** Contacts have one of as many states. */
    private static final int STATES = 10;

    private static final String BARE = "SELECT count(*) FROM segments.contact_copies WHERE tenant_id = '"
            + BenchModule.TENANT + "' AND NOT deleted AND lower(attributes->>'state') = 's3'";
    /** The same, and who of them is a member already. */
    private static final String BARE_DIFFERENCE = "SELECT count(*) FROM (SELECT contact_id FROM segments.contact_copies"
            + " WHERE tenant_id = '" + BenchModule.TENANT
            + "' AND NOT deleted AND lower(attributes->>'state') = 's3') a"
            + " FULL JOIN (SELECT contact_id FROM segments.members WHERE segment_id = '%s') b"
            + " ON a.contact_id = b.contact_id WHERE a.contact_id IS NULL OR b.contact_id IS NULL";

    private static final String RULE = "{\"field\":\"attributes.state\",\"op\":\"eq\",\"value\":\"S3\"}";
    private static final String OPENED =
            "{\"event\":\"message.opened\",\"op\":\"at_least\",\"count\":2,\"within\":{\"days\":30}}";

    @Option(names = "--contacts", defaultValue = "1000000", description = "Contacts (default: ${DEFAULT-VALUE}).")
    private int contacts;

    @Option(names = "--events", defaultValue = "50000", description = "Events a run (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(names = "--segments", defaultValue = "100", description = "Segments (default: ${DEFAULT-VALUE}).")
    private int segments;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.start(out);
                Connection nats = bench.connect()) {
            out.printf(
                    "%,d contacts, %,d events a run, %d rounds in turns after a warm-up%n", contacts, events, rounds);
            evaluations(bench, out);
            incremental(bench, nats, out);
        }
        return 0;
    }

    private void evaluations(Bench bench, PrintWriter out) throws Exception {
        fill(bench);
        String segment = define(bench, RULE);
        long start = System.nanoTime();
        evaluate(bench, segment);
        out.printf(
                Locale.ROOT,
                "first evaluation: %,d members with their events in %,.0f ms%n",
                bench.number("SELECT count(*) FROM segments.members"),
                (System.nanoTime() - start) / MILLI);
        String opened = define(bench, OPENED);
        start = System.nanoTime();
        evaluate(bench, opened);
        out.printf(
                Locale.ROOT,
                "first evaluation of behaviour: %,d members with their events, %,d times to look again, in %,.0f ms%n",
                bench.number("SELECT count(*) FROM segments.members WHERE segment_id = '" + opened + "'"),
                bench.number("SELECT count(*) FROM segments.due_evaluations"),
                (System.nanoTime() - start) / MILLI);
        bench.sql("VACUUM ANALYZE segments.members", "VACUUM ANALYZE segments.due_evaluations", "CHECKPOINT");
        new Comparison("contacts", out)
                .add("bare SQL", () -> timed(() -> bench.number(BARE)))
                .add(
                        "bare SQL, compared with the members",
                        () -> timed(() -> bench.number(BARE_DIFFERENCE.formatted(segment))))
                .add("evaluation, nothing changed", () -> timed(() -> evaluate(bench, segment)))
                .add("evaluation, 1,000 changed", () -> {
                    bench.sql("DELETE FROM segments.members WHERE ctid IN (SELECT ctid FROM segments.members"
                            + " WHERE segment_id = '" + segment + "' LIMIT 1000)");
                    return timed(() -> evaluate(bench, segment));
                })
                .add("evaluation of behaviour, nothing changed", () -> timed(() -> evaluate(bench, opened)))
                .run(rounds)
                .print();
        bench.sql("TRUNCATE segments.segments, segments.members, segments.due_evaluations, segments.engagements");
    }

    private void incremental(Bench bench, Connection nats, PrintWriter out) throws Exception {
        bench.sql("TRUNCATE segments.contact_copies", "CHECKPOINT");
        new Comparison("events", out)
                .add("contacts created, no segment", () -> run(bench, nats, 0, SegmentsBenchmark::created))
                .add("contacts created, 1 segment", () -> run(bench, nats, 1, SegmentsBenchmark::created))
                .add(
                        "contacts created, " + segments + " segments",
                        () -> run(bench, nats, segments, SegmentsBenchmark::created))
                .add("contacts updated, " + segments + " segments", () -> {
                    run(bench, nats, 0, SegmentsBenchmark::created);
                    return consume(bench, nats, segments, SegmentsBenchmark::updated);
                })
                .run(rounds)
                .print();
    }

    private double run(Bench bench, Connection nats, int defined, IntFunction<Event> event) throws Exception {
        bench.sql("TRUNCATE segments.contact_copies, segments.members, segments.processed_events", "CHECKPOINT");
        double rate = consume(bench, nats, defined, event);
        long copies = bench.number("SELECT count(*) FROM segments.contact_copies");
        if (copies != events) {
            throw new IllegalStateException("There are " + copies + " contacts of " + events + " events");
        }
        return rate;
    }

    /** The events are in the stream before the consumer starts. */
    private double consume(Bench bench, Connection nats, int defined, IntFunction<Event> event) throws Exception {
        bench.sql("TRUNCATE segments.segments");
        changeGeneration(bench);
        for (int i = 0; i < defined; i++) {
            // Half of them read what an update changes; one in ten of these has a member in it.
            define(bench, i % 2 == 0 ? RULE.replace("S3", "S" + i / 2) : RULE.replace("state", "plan" + i));
        }
        nats.jetStreamManagement().purgeStream(STREAM);
        for (int done = 0; done < events; done += RawBatches.BATCH) {
            List<byte[]> bodies = new ArrayList<>();
            String subject = "";
            for (int i = done; i < Math.min(events, done + RawBatches.BATCH); i++) {
                EventEnvelope envelope = envelope(event.apply(i));
                subject = envelope.type();
                bodies.add(EventCodec.write(envelope));
            }
            RawBatches.publish(nats, subject, bodies);
        }
        Subscriptions.Loop loop = bench.context().createBean(Subscriptions.class).loops().stream()
                .filter(candidate -> candidate.name().equals(DURABLE))
                .findFirst()
                .orElseThrow();
        long start = System.nanoTime();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                loop.run().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        StreamWatch.awaitSettled(nats, DURABLE);
        double rate = Figures.perSecond(events, start);
        loop.stop().run();
        thread.join();
        return rate;
    }

    /** As the consumer would have stored them, made by Postgres itself; one in ten opened two mails. */
    private void fill(Bench bench) throws SQLException {
        for (int done = 0; done < contacts; done += CHUNK) {
            int last = Math.min(contacts, done + CHUNK) - 1;
            bench.sql("""
                    INSERT INTO segments.contact_copies (tenant_id, contact_id, email, first_name, last_name, source, attributes,
                      fields_version, tags_version, created_ms, facts)
                    SELECT '%1$s', id, 'contact' || n || '@example.com', 'Ada', 'Lovelace', 'import',
                      jsonb_build_object('state', 'S' || n %% %2$d, 'city', 'City ' || n %% 1000, 'visits', n %% 100),
                      1, 1, 1767225600000 + n,
                      jsonb_build_object('email', 'contact' || n || '@example.com', 'emails', 'contact' || n || '@example.com',
                        'firstName', 'ada', 'lastName', 'lovelace', 'source', 'import',
                        'createdAt', (1767225600000 + n)::text, '@createdAt', 1767225600000 + n,
                        '.state', 's' || n %% %2$d, '.city', 'city ' || n %% 1000,
                        '.visits', (n %% 100)::text, '#.visits', n %% 100)
                    FROM (SELECT uuidv7()::text AS id, n FROM generate_series(%3$d, %4$d) n) ids""".formatted(BenchModule.TENANT, STATES, done, last));
        }
        bench.sql("""
                INSERT INTO segments.engagements (tenant_id, contact_id, kind, at_ms, event_id)
                SELECT tenant_id, contact_id, 'message.opened', (extract(epoch FROM now()) * 1000)::bigint - n * 3600000,
                  uuidv7()
                FROM segments.contact_copies CROSS JOIN generate_series(1, 2) n WHERE facts->>'.visits' LIKE '_7'""", "VACUUM ANALYZE segments.contact_copies", "VACUUM ANALYZE segments.engagements", "CHECKPOINT");
    }

    private static String define(Bench bench, String rule) throws SQLException {
        String id = EventIds.next().toString();
        bench.sql("""
                INSERT INTO segments.segments (id, tenant_id, name, definition, evaluating_after, correlation_id)
                VALUES ('%s', '%s', 'bench', '{"rule":%s}', NULL, 'bench')""".formatted(id, BenchModule.TENANT, rule));
        changeGeneration(bench);
        return id;
    }

    /** As the service does with every change of a definition. */
    private static void changeGeneration(Bench bench) throws SQLException {
        bench.sql("""
                INSERT INTO segments.generations AS g VALUES ('%s', 1)
                ON CONFLICT (tenant_id) DO UPDATE SET generation = g.generation + 1""".formatted(BenchModule.TENANT));
    }

    private static void evaluate(Bench bench, String segment) throws Exception {
        bench.sql("UPDATE segments.segments SET evaluating_after = '' WHERE id = '" + segment + "'");
        BackgroundWork work = bench.context().getBeansOfType(BackgroundWork.class).stream()
                .filter(candidate -> candidate.name().equals("segment-evaluation"))
                .findFirst()
                .orElseThrow();
        boolean more = true;
        while (more) {
            more = work.step();
        }
    }

    @FunctionalInterface
    private interface Step {
        void go() throws Exception;
    }

    private double timed(Step step) throws Exception {
        long start = System.nanoTime();
        step.go();
        return Figures.perSecond(contacts, start);
    }

    private static EventEnvelope envelope(Event event) {
        return new EventEnvelope(
                EventIds.next(),
                EventCatalog.of(event.getClass()).subject(),
                "1.1",
                "bench-service",
                Instant.now(),
                BenchModule.TENANT,
                "bench",
                null,
                new Actor("bench", ActorType.SYSTEM),
                event.entity(),
                EventCodec.toData(event),
                Map.of());
    }

    private static Map<String, Object> attributes(int state) {
        return Map.of("state", "S" + state, "city", "City " + state, "visits", state);
    }

    private static ContactCreated created(int n) {
        return new ContactCreated(
                id(n),
                "contact" + n + "@example.com",
                null,
                "import",
                attributes(n % STATES),
                "Ada",
                "Lovelace",
                List.of("imported"),
                1L,
                null,
                null,
                null,
                null);
    }

    private static ContactUpdated updated(int n) {
        return new ContactUpdated(
                id(n),
                "contact" + n + "@example.com",
                null,
                "import",
                attributes((n + 1) % STATES),
                "Ada",
                "Lovelace",
                List.of("attributes"),
                2L,
                null,
                null,
                null);
    }

    private static String id(int n) {
        return String.format(Locale.ROOT, "01999999-0000-7000-8000-%012d", n);
    }
}
