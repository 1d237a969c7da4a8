package com.alumoutreach.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.net.URI;
import java.util.Objects;

/** From the environment: a command line would show the passwords. */
record Servers(String postgresUrl, String postgresUser, String postgresPassword, String natsUrl) {
    static Servers ofEnvironment() {
        return new Servers(
                variable("PEER_POSTGRES_URL"),
                variable("PEER_POSTGRES_USER"),
                variable("PEER_POSTGRES_PASSWORD"),
                variable("PEER_NATS_URL"));
    }

    private static String variable(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    /** @param connections as many as the peer has threads, and some */
    HikariDataSource pool(int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgresUrl);
        config.setUsername(postgresUser);
        config.setPassword(postgresPassword);
        config.setMaximumPoolSize(connections);
        config.addDataSourceProperty("reWriteBatchedInserts", "true");
        return new HikariDataSource(config);
    }

    URI postgres() {
        return URI.create(postgresUrl.substring("jdbc:".length()));
    }
}
