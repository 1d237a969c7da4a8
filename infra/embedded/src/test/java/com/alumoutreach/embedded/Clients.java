package com.alumoutreach.embedded;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;

/** Writes to each server, and counts what it acknowledged; a connection each time, as servers come and go. */
final class Clients {
    private static final String STREAM = "KEPT";
    private static final String SUBJECT = "kept";

    private final ServerAddresses addresses;
    private final HttpClient http = HttpClient.newHttpClient();

    Clients(ServerAddresses addresses) {
        this.addresses = addresses;
    }

    Clients(EmbeddedServers servers) {
        this(servers.addresses());
    }

    /** Returns when all three have acknowledged that number. */
    void keep(int number) throws Exception {
        postgres("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (" + number + ")");
        try (Connection nats = nats()) {
            if (!nats.jetStreamManagement().getStreamNames().contains(STREAM)) {
                nats.jetStreamManagement()
                        .addStream(StreamConfiguration.builder()
                                .name(STREAM)
                                .subjects(SUBJECT)
                                .storageType(StorageType.File)
                                .build());
            }
            nats.jetStream().publish(SUBJECT, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        }
        clickHouse("CREATE TABLE IF NOT EXISTS kept (n UInt32) ENGINE = MergeTree ORDER BY n");
        clickHouse("INSERT INTO kept VALUES (" + number + ")");
    }

    /** How many Postgres, NATS and ClickHouse have. */
    String kept() throws Exception {
        return kept(ServerKind.POSTGRES) + " " + kept(ServerKind.NATS) + " " + kept(ServerKind.CLICKHOUSE);
    }

    String kept(ServerKind kind) throws Exception {
        return switch (kind) {
            case POSTGRES -> postgres("SELECT count(*) FROM kept");
            case NATS -> {
                try (Connection nats = nats()) {
                    yield Long.toString(nats.jetStreamManagement()
                            .getStreamInfo(STREAM)
                            .getStreamState()
                            .getMsgCount());
                }
            }
            case CLICKHOUSE -> clickHouse("SELECT count() FROM kept");
        };
    }

    private Connection nats() throws IOException, InterruptedException {
        return Nats.connect(
                Options.builder().server(addresses.natsUrl()).noReconnect().build());
    }

    /** The first value of the answer, or nothing. */
    private String postgres(String sql) throws SQLException {
        try (java.sql.Connection connection = DriverManager.getConnection(
                        addresses.postgresUrl(), addresses.postgresUser(), addresses.postgresPassword());
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            ResultSet rows = statement.getResultSet();
            rows.next();
            return rows.getString(1);
        }
    }

    private String clickHouse(String sql) throws IOException, InterruptedException {
        String credentials = addresses.clickhouseUser() + ":" + addresses.clickhousePassword();
        HttpRequest request = HttpRequest.newBuilder(URI.create(addresses.clickhouseUrl()))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.body());
        }
        return answer.body().strip();
    }
}
