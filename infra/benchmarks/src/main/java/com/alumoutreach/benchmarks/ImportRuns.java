package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.runtime.server.EmbeddedServer;
import io.nats.client.Connection;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.PreparedStatement;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** The ways to get a file of contacts into the table; each begins with an empty one. */
final class ImportRuns {
    private static final String MAPPING =
            "{\"First Name\":\"firstName\",\"Last Name\":\"lastName\",\"Email 1\":\"email\",\"Phone 1\":\"phone\","
                    + "\"Company\":\"attributes.company\",\"City\":\"attributes.city\"}";
    private static final String STATE = "CA";
    private static final String DURABLE = "SEGMENTS_CONTACT_CONSUMER";
    private static final int PART = 1 << 20;
    private static final int OK = 200;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Bench bench;
    private final ImportFiles files;
    private final int rows;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable EmbeddedServer http;

    ImportRuns(Bench bench, ImportFiles files, int rows) {
        this.bench = bench;
        this.files = files;
        this.rows = rows;
    }

    /** As the owner: under row-level security there is no COPY. */
    double copy() throws Exception {
        empty();
        long start = System.nanoTime();
        try (java.sql.Connection postgres = bench.postgres();
                InputStream file = new BufferedInputStream(Files.newInputStream(files.table()), PART)) {
            long copied = postgres.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY contacts.contacts (" + ImportFiles.COLUMNS + ") FROM STDIN (FORMAT csv)", file);
            check("copied rows", copied);
        }
        return Figures.perSecond(rows, start);
    }

    /** From the first byte of the file to the commit of its last row; nothing publishes meanwhile. */
    double importAlone() throws Exception {
        empty();
        long start = System.nanoTime();
        importFile();
        double rate = Figures.perSecond(rows, start);
        checkImported(BenchModule.TENANT);
        return rate;
    }

    /** The relay runs meanwhile, as in a service; to the acknowledgement of the last event. */
    double importAndRelay() throws Exception {
        empty();
        try (RunningRelay relay = RunningRelay.start(bench, "contacts")) {
            long start = System.nanoTime();
            importFile();
            relay.awaitPassed(lastEvent());
            double rate = Figures.perSecond(rows, start);
            checkImported(BenchModule.TENANT);
            return rate;
        }
    }

    private void importFile() throws Exception {
        UUID id = EventIds.next();
        try (java.sql.Connection postgres = bench.postgres()) {
            try (PreparedStatement insert = postgres.prepareStatement("""
                    INSERT INTO contacts.imports (id, tenant_id, status, tag, mapping, correlation_id, user_id)
                    VALUES (?, ?, 'uploading', 'bench', ?::jsonb, 'bench', 'bench')""")) {
                insert.setObject(1, id);
                insert.setString(2, BenchModule.TENANT);
                insert.setString(3, MAPPING);
                insert.executeUpdate();
            }
            try (InputStream file = Files.newInputStream(files.upload());
                    PreparedStatement insert =
                            postgres.prepareStatement("INSERT INTO contacts.import_parts VALUES (?, ?, ?, ?)")) {
                byte[] part = file.readNBytes(PART);
                for (int number = 0; part.length > 0; number++) {
                    insert.setString(1, BenchModule.TENANT);
                    insert.setObject(2, id);
                    insert.setInt(3, number);
                    insert.setBytes(4, part);
                    insert.executeUpdate();
                    part = file.readNBytes(PART);
                }
            }
        }
        bench.sql("UPDATE contacts.imports SET status = 'accepted' WHERE id = '" + id + "'");
        BackgroundWork work = bench.context().getBeansOfType(BackgroundWork.class).stream()
                .filter(each -> each.name().equals("contact-imports"))
                .findFirst()
                .orElseThrow();
        while (work.step()) {
            // the next chunk
        }
    }

    /** With the server the relays and the durables start, as in a service. */
    void startService() throws Exception {
        empty();
        EmbeddedServer server = bench.bean(EmbeddedServer.class);
        http = server;
        server.start();
        while (client.send(request(server, "/health/readiness", "t").build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                != OK) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * From the first byte of the upload to where the segments service has acknowledged the last contact, which it does when its
     * members and their events are committed. Each round is a tenant of its own with one segment.
     */
    double uploadToMembers() throws Exception {
        EmbeddedServer server = java.util.Objects.requireNonNull(http);
        empty();
        String tenant = "tenant-" + EventIds.next();
        String segment = json(client.send(
                        request(server, "/api/segments", tenant)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("""
                                        {"name":"CA","rule":{"all":[{"field":"attributes.state","op":"eq","value":"CA"}]}}"""))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .path("id")
                .asText();
        long start = System.nanoTime();
        String upload = "/api/contacts/imports?tag=bench&mapping=" + URLEncoder.encode(MAPPING, StandardCharsets.UTF_8);
        String id = json(client.send(
                        request(server, upload, tenant)
                                .header("Content-Type", "text/csv")
                                .POST(HttpRequest.BodyPublishers.ofFile(files.upload()))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .path("id")
                .asText();
        String status = "accepted";
        while (!status.equals("completed")) {
            LockSupport.parkNanos(POLL_NANOS);
            status = json(client.send(
                            request(server, "/api/contacts/imports/" + id, tenant)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .path("status")
                    .asText();
        }
        long last = lastEvent();
        while (bench.number("SELECT seq FROM contacts.relay_cursor") < last) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        try (Connection nats = bench.connect()) {
            StreamWatch.awaitSettled(nats, DURABLE);
        }
        double rate = Figures.perSecond(rows, start);
        checkImported(tenant);
        long members = bench.number("SELECT count(*) FROM segments.members WHERE tenant_id = '" + tenant
                + "' AND segment_id = '" + segment + "'");
        if (members != files.ofState(STATE)) {
            throw new IllegalStateException("The segment has " + members + " members");
        }
        return rate;
    }

    private HttpRequest.Builder request(EmbeddedServer server, String path, String tenant) throws Exception {
        return HttpRequest.newBuilder(URI.create(server.getURL() + path))
                .header("Authorization", "Bearer " + bench.token(tenant));
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
        return EventCodec.mapper().readTree(answer.body());
    }

    /** What was written before is gone, and written to disk, so that nobody pays for who came before. */
    private void empty() throws Exception {
        bench.sql(
                "UPDATE contacts.relay_cursor SET seq = coalesce((SELECT max(seq) FROM contacts.system_events), seq)",
                "SET session_replication_role = replica",
                "TRUNCATE contacts.contacts, contacts.addresses_to_normalise, contacts.contact_emails, contacts.consents, contacts.system_events",
                "TRUNCATE contacts.imports CASCADE",
                "CHECKPOINT");
    }

    private long lastEvent() throws Exception {
        return bench.number("SELECT max(seq) FROM contacts.system_events");
    }

    private void checkImported(String tenant) throws Exception {
        check("contacts", bench.number("SELECT count(*) FROM contacts.contacts WHERE tenant_id = '" + tenant + "'"));
        check(
                "events",
                bench.number(
                        "SELECT count(*) FROM contacts.system_events WHERE event_type = 'contact.created' AND org_id = '"
                                + tenant + "'"));
    }

    private void check(String what, long count) {
        if (count != rows) {
            throw new IllegalStateException("Of " + rows + " rows " + count + " became " + what);
        }
    }
}
