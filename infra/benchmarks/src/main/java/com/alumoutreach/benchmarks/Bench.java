package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.database.SchemaMigrations;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.Provisioning;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.ServerKind;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.context.ApplicationContext;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The services' own beans on servers of the benchmark's own. Nothing runs by itself until a benchmark starts it. */
final class Bench implements AutoCloseable {
    private static final Path PARENT = Path.of(".alum");
    private static final long POLL_NANOS = 1_000_000;
    private static final int SECRET_BYTES = 32;
    private static final long TOKEN_SECONDS = 86_400;

    /** Of this process, for nobody else. */
    private static final String JWT_SECRET = secret();

    private final BenchmarkServers servers;
    private final ApplicationContext context;

    private Bench(BenchmarkServers servers, ApplicationContext context) {
        this.servers = servers;
        this.context = context;
    }

    static Bench start(PrintWriter out) throws Exception {
        return start(out, Map.of());
    }

    /** @param properties of Micronaut, besides the addresses of the servers */
    static Bench start(PrintWriter out, Map<String, Object> properties) throws Exception {
        Map<String, Object> all = new HashMap<>(properties);
        all.put(WithoutArchive.PROPERTY, "false");
        return start(out, all, BenchmarkServers.start(PARENT, List.of(ServerKind.POSTGRES, ServerKind.NATS)));
    }

    /** With a ClickHouse as well, for what the analytics service does. */
    static Bench startWithClickHouse(PrintWriter out) throws Exception {
        return startWithClickHouse(out, Map.of(), null);
    }

    /** @param data a folder that is there again next time; null for one that is gone at the end */
    static Bench startWithClickHouse(PrintWriter out, Map<String, Object> properties, @Nullable Path data)
            throws Exception {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("alum.bench.durables", "false");
        List<ServerKind> kinds = List.of(ServerKind.values());
        return start(
                out, all, data == null ? BenchmarkServers.start(PARENT, kinds) : BenchmarkServers.keep(data, kinds));
    }

    private static Bench start(PrintWriter out, Map<String, Object> properties, BenchmarkServers servers)
            throws Exception {
        ServerAddresses addresses = servers.addresses();
        Map<String, Object> all = new HashMap<>();
        all.put("micronaut.server.host", "127.0.0.1");
        all.put("micronaut.server.port", -1);
        all.put("datasources.default.url", addresses.postgresUrl());
        all.put("datasources.default.username", addresses.postgresUser());
        all.put("datasources.default.password", addresses.postgresPassword());
        all.put("alum.nats.url", addresses.natsUrl());
        all.put("clickhouse.url", addresses.clickhouseUrl());
        all.put("clickhouse.user", addresses.clickhouseUser());
        all.put("clickhouse.password", addresses.clickhousePassword());
        all.put("micronaut.security.token.jwt.signatures.secret.validation.secret", JWT_SECRET);
        all.putAll(properties);
        Bench bench = new Bench(servers, ApplicationContext.run(all));
        bench.bean(SchemaMigrations.class).migrate();
        bench.provision();
        bench.printSettings(out);
        return bench;
    }

    ApplicationContext context() {
        return context;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    Database database() {
        return bean(Database.class);
    }

    ServerAddresses addresses() {
        return servers.addresses();
    }

    /** Postgres is started anew for it; the services' pool finds it again. */
    void allowLogicalReplication() throws SQLException {
        sql("ALTER SYSTEM SET wal_level = logical");
        servers.restartPostgres();
    }

    /** For requests to the services' API. */
    String token() throws JOSEException {
        return token(BenchModule.TENANT);
    }

    String token(String tenant) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject("bench")
                .issuer("alumoutreach")
                .claim("tenant", tenant)
                .claim("role", "admin")
                .expirationTime(Date.from(Instant.now().plusSeconds(TOKEN_SECONDS)))
                .build();
        SignedJWT signed = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        signed.sign(new MACSigner(JWT_SECRET));
        return signed.serialize();
    }

    private static String secret() {
        byte[] random = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** A connection of the benchmark's own, beside that of the services. */
    Connection connect() throws IOException, InterruptedException {
        return Nats.connect(Options.builder()
                .server(addresses().natsUrl())
                .errorListener(new ErrorListener() {})
                .build());
    }

    /** Makes a list of SQL statements happen, each in its own transaction. */
    void sql(String... statements) throws SQLException {
        try (java.sql.Connection postgres = postgres();
                java.sql.Statement statement = postgres.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    long number(String query) throws SQLException {
        try (java.sql.Connection postgres = postgres();
                java.sql.Statement statement = postgres.createStatement();
                java.sql.ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    java.sql.Connection postgres() throws SQLException {
        ServerAddresses addresses = addresses();
        return DriverManager.getConnection(
                addresses.postgresUrl() + "?reWriteBatchedInserts=true",
                addresses.postgresUser(),
                addresses.postgresPassword());
    }

    private void provision() throws IOException, JetStreamApiException {
        while (!bean(NatsConnection.class).connected()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        try {
            bean(Provisioning.class).ensure();
        } catch (NatsAwayException e) {
            throw new IOException(e);
        }
    }

    private void printSettings(PrintWriter out) throws SQLException {
        Runtime runtime = Runtime.getRuntime();
        out.printf(
                "machine: %d cores, %s %s; JVM %s, heap %d MB%n",
                runtime.availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                runtime.maxMemory() >> 20);
        StringBuilder postgres = new StringBuilder("Postgres " + text("SHOW server_version"));
        for (String setting :
                List.of("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")) {
            postgres.append(", ").append(setting).append('=').append(text("SHOW " + setting));
        }
        out.println(postgres);
        out.printf(
                "NATS %s, sync_interval: always, file storage, 1 replica, atomic batches%n",
                bean(NatsConnection.class).require().getServerInfo().getVersion());
        out.flush();
    }

    private String text(String query) throws SQLException {
        try (java.sql.Connection postgres = postgres();
                java.sql.Statement statement = postgres.createStatement();
                java.sql.ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() {
        context.close();
        servers.close();
    }
}
