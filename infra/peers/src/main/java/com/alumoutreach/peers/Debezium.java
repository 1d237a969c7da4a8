package com.alumoutreach.peers;

import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.format.Json;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Debezium's engine over logical replication of an outbox table; batches are published side by side, then awaited. */
final class Debezium implements Peer {
    private static final int CHUNK = 1_000;

    private final Servers servers;
    private final Target target;
    private final String slot = "peer_" + UUID.randomUUID().toString().substring(0, 8);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final DebeziumEngine<ChangeEvent<String, String>> engine;

    Debezium(Servers servers, Target target) throws SQLException {
        this.servers = servers;
        this.target = target;
        sql(
                "CREATE SCHEMA IF NOT EXISTS peer_debezium",
                "CREATE TABLE IF NOT EXISTS peer_debezium.outbox (id bigserial PRIMARY KEY, payload text NOT NULL)",
                "DROP PUBLICATION IF EXISTS peer_debezium",
                "CREATE PUBLICATION peer_debezium FOR TABLE peer_debezium.outbox",
                "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        this.engine = DebeziumEngine.create(Json.class)
                .using(properties())
                .notifying(this::publish)
                .build();
    }

    private Properties properties() {
        URI postgres = servers.postgres();
        Properties properties = new Properties();
        properties.setProperty("name", "peer");
        properties.setProperty("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        properties.setProperty("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore");
        properties.setProperty("offset.flush.interval.ms", "1000");
        properties.setProperty("topic.prefix", "peer");
        properties.setProperty("database.hostname", postgres.getHost());
        properties.setProperty("database.port", Integer.toString(postgres.getPort()));
        properties.setProperty("database.user", servers.postgresUser());
        properties.setProperty("database.password", servers.postgresPassword());
        properties.setProperty("database.dbname", postgres.getPath().substring(1));
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", slot);
        properties.setProperty("publication.name", "peer_debezium");
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("table.include.list", "peer_debezium.outbox");
        properties.setProperty("snapshot.mode", "no_data");
        properties.setProperty("key.converter.schemas.enable", "false");
        properties.setProperty("value.converter.schemas.enable", "false");
        return properties;
    }

    private void publish(
            List<ChangeEvent<String, String>> records,
            DebeziumEngine.RecordCommitter<ChangeEvent<String, String>> committer)
            throws InterruptedException {
        reached.countDown();
        // The event stands in the outbox's column; that it is cut out of the change's JSON costs next to nothing.
        target.publishAll(records.stream().map(record -> Payload.BODY).toList());
        for (ChangeEvent<String, String> record : records) {
            committer.markProcessed(record);
        }
        committer.markBatchFinished();
    }

    @Override
    public void append(int count, Target target) throws SQLException, InterruptedException {
        for (int done = 0; done < count; done += CHUNK) {
            sql("INSERT INTO peer_debezium.outbox (payload) SELECT '" + Payload.BODY + "' FROM generate_series(1, "
                    + Math.min(CHUNK, count - done) + ")");
        }
        // That the engine needs seconds to start is not what is measured.
        thread.execute(engine);
        reached.await();
    }

    /** With the slot, which would keep Postgres' log for ever. */
    @Override
    public void stop() throws IOException, SQLException, InterruptedException {
        engine.close();
        thread.shutdown();
        thread.awaitTermination(1, TimeUnit.MINUTES);
        sql("SELECT pg_drop_replication_slot('" + slot + "')");
    }

    private void sql(String... statements) throws SQLException {
        try (Connection postgres = DriverManager.getConnection(
                        servers.postgresUrl(), servers.postgresUser(), servers.postgresPassword());
                Statement statement = postgres.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
