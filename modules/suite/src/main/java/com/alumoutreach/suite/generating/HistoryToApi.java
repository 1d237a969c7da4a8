package com.alumoutreach.suite.generating;

import com.alumoutreach.analytics.generating.EventGenerator;
import com.alumoutreach.analytics.generating.GeneratedEvent;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.SuiteException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Tells a history as an automation outside would: over the API, and so into log, stream and archive. */
public final class HistoryToApi {
    private static final String PATH = "/api/outreach-events";

    /** A request takes about a second, and shows that it goes on. */
    private static final int LINES_A_REQUEST = 20_000;

    /** Far sooner than a token ends. */
    private static final int REQUESTS_A_TOKEN = 100;

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Supplier<AlumClient> clients;
    private final LongConsumer progress;
    private AlumClient api;
    private int requests;
    private long accepted;
    private long known;

    /**
     * @param clients of the tenant, each with a new token
     * @param progress is given the number of events that were told so far
     */
    public HistoryToApi(Supplier<AlumClient> clients, LongConsumer progress) {
        this.clients = clients;
        this.progress = progress;
        this.api = clients.get();
    }

    /** @param known were there already */
    public record Told(long accepted, long known) {}

    /**
     * Tells all of it, and waits until figures have it.
     *
     * @throws SuiteException when an event is refused, or does not arrive within ten minutes
     */
    public Told tell(EventGenerator history) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int lines = 0;
        GeneratedEvent last = null;
        for (Iterator<GeneratedEvent> events = history.events().iterator(); events.hasNext(); ) {
            last = events.next();
            body.writeBytes(last.line().getBytes(StandardCharsets.US_ASCII));
            body.write('\n');
            lines++;
            if (lines == LINES_A_REQUEST || !events.hasNext()) {
                post(body.toByteArray());
                body.reset();
                lines = 0;
            }
        }
        if (last != null) {
            await(last);
        }
        return new Told(accepted, known);
    }

    private void post(byte[] body) {
        if (++requests % REQUESTS_A_TOKEN == 0) {
            api = clients.get();
        }
        JsonNode report = api.post(PATH, "application/x-ndjson", body);
        if (report.path("failed").longValue() > 0) {
            throw new SuiteException(report.path("failed").asText() + " events were refused; the first: "
                    + report.path("errors").path(0));
        }
        accepted += report.path("accepted").longValue();
        known += report.path("duplicates").longValue();
        progress.accept(accepted + known);
    }

    /** The last one alone says little: what is delivered again comes after its successors. */
    private void await(GeneratedEvent last) {
        String path = PATH + "?limit=1000" + (last.leadId() == null ? "" : "&lead_id=" + last.leadId());
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (archived() < accepted + known
                || !api.get(path).toString().contains(last.id().toString())) {
            if (System.nanoTime() > patience) {
                throw new SuiteException("all events are stored, but not all of them have come to ClickHouse");
            }
            Pause.of(LOOK_EVERY);
        }
    }

    private long archived() {
        long archived = 0;
        for (JsonNode type : api.get("/api/analytics/events/counts").path("counts")) {
            archived += type.path("type").asText().startsWith("outreach.")
                    ? type.path("count").longValue()
                    : 0;
        }
        return archived;
    }
}
