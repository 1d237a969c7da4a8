package com.alumoutreach.suite.client;

import com.alumoutreach.suite.running.SuiteException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Looks into the suite's Postgres, to check what the services say. Reads only. */
public final class Postgres implements AutoCloseable {
    private final Connection connection;

    /** @param url {@code postgresql://user:password@host:port/database} */
    public Postgres(String url) {
        URI uri = URI.create(url);
        String[] user = (uri.getUserInfo() == null ? "" : uri.getUserInfo()).split(":", 2);
        Properties properties = new Properties();
        properties.setProperty("user", user[0]);
        properties.setProperty("password", user.length > 1 ? user[1] : "");
        properties.setProperty("readOnly", "true");
        try {
            connection = DriverManager.getConnection(
                    "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), properties);
        } catch (SQLException e) {
            throw new SuiteException("Postgres does not answer: " + e.getMessage(), e);
        }
    }

    public long number(String sql, Object... values) {
        String text = text(sql, values);
        return text == null ? 0 : Long.parseLong(text);
    }

    /** The first column of the first row; null when there is none. */
    public @Nullable String text(String sql, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        } catch (SQLException e) {
            throw new SuiteException("Postgres refused a query: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SuiteException("Postgres connection could not be closed", e);
        }
    }
}
