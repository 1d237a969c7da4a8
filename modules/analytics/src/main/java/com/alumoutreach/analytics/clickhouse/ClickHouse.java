package com.alumoutreach.analytics.clickhouse;

import com.clickhouse.client.api.Client;
import com.clickhouse.client.api.ClientFaultCause;
import com.clickhouse.client.api.ServerException;
import com.clickhouse.client.api.command.CommandSettings;
import com.clickhouse.client.api.query.GenericRecord;
import com.clickhouse.data.ClickHouseFormat;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The one client of ClickHouse. It connects at each call, so that a service starts and serves while ClickHouse is away. */
@Singleton
public class ClickHouse {
    private static final int UNKNOWN_TABLE = 60;
    private static final int UNKNOWN_DATABASE = 81;

    /** An insert of 5,000 events takes well below a second; past this the server hangs and the batch is given back. */
    private static final int TIMEOUT_SECONDS = 60;

    private final Client client;
    private final ClickHouseConfig config;

    ClickHouse(ClickHouseConfig config, ClickHouseLayout layout) {
        this.config = config.resolved();
        Client.Builder builder = new Client.Builder()
                .addEndpoint(this.config.url())
                .setUsername(this.config.user())
                .setPassword(this.config.password())
                .setDefaultDatabase(this.config.database())
                .setConnectTimeout(3, ChronoUnit.SECONDS)
                .setSocketTimeout(TIMEOUT_SECONDS, ChronoUnit.SECONDS)
                // A repeated insert whose first answer was lost would store its rows twice, past the check for known
                // ids.
                .setMaxRetries(0)
                .retryOnFailures(ClientFaultCause.None);
        if (layout.clustered()) {
            // What was answered is on its shard, where a later look finds it.
            builder.serverSetting("distributed_foreground_insert", "1");
        }
        this.client = builder.build();
    }

    /** @throws ClickHouseAwayException when the server cannot be reached or does not answer in time */
    public void execute(String sql) {
        await(() -> client.execute(sql));
    }

    void createDatabase() {
        CommandSettings settings = new CommandSettings();
        settings.setDatabase("default");
        await(() -> client.execute("CREATE DATABASE IF NOT EXISTS `" + config.database() + "`", settings));
    }

    /**
     * Stores rows; when it returns, they can be read.
     *
     * @param rows in the format RowBinary, in the order of the columns
     */
    void insert(String table, List<String> columns, InputStream rows) {
        await(() -> client.insert(table, columns, rows, ClickHouseFormat.RowBinary));
    }

    /**
     * Stores few rows.
     *
     * @param jsonRows one JSON object a line
     */
    public void insertJson(String table, byte[] jsonRows) {
        await(() -> client.insert(table, new ByteArrayInputStream(jsonRows), ClickHouseFormat.JSONEachRow));
    }

    /** @param parameters for the {@code {name:Type}} in the statement; values never become part of its text */
    public List<GenericRecord> query(String sql, Map<String, Object> parameters) {
        try {
            return client.queryAll(sql, parameters);
        } catch (RuntimeException e) {
            throw translated(e);
        }
    }

    static boolean tableMissing(RuntimeException e) {
        return e instanceof ServerException server && server.getCode() == UNKNOWN_TABLE;
    }

    static boolean databaseMissing(RuntimeException e) {
        return e instanceof ServerException server && server.getCode() == UNKNOWN_DATABASE;
    }

    /** The client fails at once, and not by its future, when there is no connection. */
    private static void await(Supplier<? extends Future<? extends AutoCloseable>> call) {
        try {
            call.get().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).close();
        } catch (ExecutionException e) {
            throw translated(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new ClickHouseAwayException("ClickHouse did not answer within " + TIMEOUT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClickHouseAwayException("Interrupted while waiting for ClickHouse", e);
        } catch (RuntimeException e) {
            throw translated(e);
        } catch (Exception e) {
            throw new ClickHouseAwayException("The answer of ClickHouse could not be closed", e);
        }
    }

    /** The server's own word keeps its type; everything else (no connection, a broken one) is "away". */
    private static RuntimeException translated(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServerException server) {
                return server;
            }
        }
        return new ClickHouseAwayException("ClickHouse is away: " + failure.getMessage(), failure);
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
