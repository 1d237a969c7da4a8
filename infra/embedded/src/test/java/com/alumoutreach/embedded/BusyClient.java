package com.alumoutreach.embedded;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of Postgres whose query computes for a minute: its backend looks up only when it is done. */
final class BusyClient implements AutoCloseable {
    private static final String QUERY = "SELECT count(*) FROM generate_series(1, 30000) a, generate_series(1, 30000) b";

    private final Connection connection;
    private final CompletableFuture<Boolean> cutOff;

    private BusyClient(Connection connection) {
        this.connection = connection;
        this.cutOff = CompletableFuture.supplyAsync(this::isCutOff, Thread::startVirtualThread);
    }

    /** Returns when the query runs. */
    static BusyClient of(ServerAddresses addresses) throws SQLException {
        BusyClient client = new BusyClient(connect(addresses));
        try (Connection watcher = connect(addresses);
                Statement statement = watcher.createStatement()) {
            await("the query runs").until(() -> {
                try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE state = 'active' AND query LIKE '%generate_series%' AND pid <> pg_backend_pid()")) {
                    return rows.next() && rows.getInt(1) == 1;
                }
            });
        }
        return client;
    }

    boolean wasCutOff() throws Exception {
        return cutOff.get(30, TimeUnit.SECONDS);
    }

    private boolean isCutOff() {
        try (Statement statement = connection.createStatement()) {
            statement.execute(QUERY);
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    private static Connection connect(ServerAddresses addresses) throws SQLException {
        return DriverManager.getConnection(
                addresses.postgresUrl(), addresses.postgresUser(), addresses.postgresPassword());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
