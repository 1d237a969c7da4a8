package com.alumoutreach.backbone.testing;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The service on this module's class path, started on a free port with a Postgres database and a NATS account of its own. */
public final class RunningService implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NOT_FOUND = 404;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ServerAddresses servers;
    private final ApplicationContext context;
    private final EmbeddedServer http;
    private @Nullable Connection nats;

    private RunningService(ServerAddresses servers, ApplicationContext context) {
        this.servers = servers;
        this.context = context;
        this.http = context.getBean(EmbeddedServer.class);
    }

    public static RunningService start() {
        return start(Map.of());
    }

    /** @param properties of Micronaut, besides the addresses of the servers */
    public static RunningService start(Map<String, Object> properties) {
        return start(TestServers.get().newScope(), properties);
    }

    /** A second instance on the same servers, or one that is started again. */
    public static RunningService start(ServerAddresses servers, Map<String, Object> properties) {
        Map<String, Object> all = properties(servers);
        all.put("micronaut.server.port", -1);
        all.putAll(properties);
        RunningService service = new RunningService(servers, ApplicationContext.run(all));
        service.http.start();
        Awaitility.await("the service is ready")
                .atMost(PATIENCE)
                .until(() -> service.get("/health/readiness", null).statusCode() == 200);
        return service;
    }

    /** What a service must be told to use these servers. */
    static Map<String, Object> properties(ServerAddresses servers) {
        Map<String, Object> all = new HashMap<>();
        all.put("micronaut.server.host", "127.0.0.1");
        all.put("datasources.default.url", servers.postgresUrl());
        all.put("datasources.default.username", servers.postgresUser());
        all.put("datasources.default.password", servers.postgresPassword());
        all.put("alum.nats.url", servers.natsUrl());
        all.put("micronaut.security.token.jwt.signatures.secret.validation.secret", TestToken.SECRET);
        all.put("clickhouse.url", servers.clickhouseUrl());
        all.put("clickhouse.user", servers.clickhouseUser());
        all.put("clickhouse.password", servers.clickhousePassword());
        all.put("clickhouse.database", servers.clickhouseDatabase());
        return all;
    }

    public ServerAddresses servers() {
        return servers;
    }

    public ApplicationContext context() {
        return context;
    }

    public Database database() {
        return context.getBean(Database.class);
    }

    /** As the owner of the schemas, whom services are not. */
    public void asOwner(String sql) {
        try (java.sql.Connection connection = DriverManager.getConnection(
                        servers.postgresUrl(), servers.postgresUser(), servers.postgresPassword());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return http.getURL().toString();
    }

    /** A valid bearer token for an hour. */
    public String token(String tenant, Role role) {
        return TestToken.of(tenant, role);
    }

    public String token(String tenant, Role role, Instant expires) {
        return TestToken.of(tenant, role, expires);
    }

    public HttpResponse<String> get(String path, @Nullable String token) {
        return send("GET", path, null, token);
    }

    public HttpResponse<String> post(String path, String json, @Nullable String token) {
        return send("POST", path, json, token);
    }

    public HttpResponse<String> post(
            String path, String body, String contentType, @Nullable String token, String... headers) {
        return exchange("POST", path, body, contentType, token, headers);
    }

    public HttpResponse<String> put(String path, String json, @Nullable String token) {
        return send("PUT", path, json, token);
    }

    public HttpResponse<String> patch(String path, String json, @Nullable String token) {
        return send("PATCH", path, json, token);
    }

    public HttpResponse<String> delete(String path, @Nullable String token) {
        return send("DELETE", path, null, token);
    }

    /**
     * Any request.
     *
     * @param headers names and values in turn
     */
    public HttpResponse<String> send(
            String method, String path, @Nullable String json, @Nullable String token, String... headers) {
        return exchange(method, path, json, "application/json", token, headers);
    }

    private HttpResponse<String> exchange(
            String method,
            String path,
            @Nullable String body,
            String contentType,
            @Nullable String token,
            String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(PATIENCE)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A connection of the test's own. */
    public Connection nats() {
        try {
            Connection current = nats;
            if (current == null) {
                current = Nats.connect(servers.natsUrl());
                nats = current;
            }
            return current;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Publishes as another service would. */
    public void publish(EventEnvelope envelope) {
        publish(envelope.type(), EventCodec.write(envelope));
    }

    /** Waits for the stream, which a service makes after it is ready. */
    public void publish(String subject, byte[] body) {
        Awaitility.await("a stream takes " + subject)
                .pollDelay(Duration.ZERO)
                .atMost(PATIENCE)
                .ignoreException(IOException.class)
                .until(() -> nats().jetStream().publish(subject, body).getSeqno() > 0);
    }

    /** Everything on ALUM_EVENTS that fits, in order. */
    public List<EventEnvelope> events(String subjectFilter) {
        List<EventEnvelope> found = new ArrayList<>();
        for (MessageInfo message : messages("ALUM_EVENTS", subjectFilter)) {
            found.add(EventCodec.readEnvelope(message.getData(), message.getSubject(), EventIds::next));
        }
        return found;
    }

    public List<MessageInfo> messages(String stream, String subjectFilter) {
        List<MessageInfo> found = new ArrayList<>();
        try {
            JetStreamManagement management = nats().jetStreamManagement();
            long next = 1;
            while (true) {
                MessageInfo message = management.getNextMessage(stream, next, subjectFilter);
                found.add(message);
                next = message.getSeq() + 1;
            }
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return found;
            }
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Everything on ALUM_EVENTS that the durable listens to was delivered to it, and every delivery is decided. */
    public boolean settled(String durable) {
        try {
            JetStreamManagement management = nats().jetStreamManagement();
            // Counts of pending messages follow a publish with a delay, positions tell for certain.
            long last = 0;
            ConsumerInfo consumer = management.getConsumerInfo("ALUM_EVENTS", durable);
            for (String subject : consumer.getConsumerConfiguration().getFilterSubjects()) {
                last = Math.max(last, lastPosition(management, subject));
            }
            return consumer.getAckFloor().getStreamSequence() >= last && consumer.getNumAckPending() == 0;
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return false;
            }
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long lastPosition(JetStreamManagement management, String subject)
            throws IOException, JetStreamApiException {
        try {
            return management.getLastMessage("ALUM_EVENTS", subject).getSeq();
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                return 0;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        http.stop();
        context.close();
        if (nats != null) {
            try {
                nats.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
