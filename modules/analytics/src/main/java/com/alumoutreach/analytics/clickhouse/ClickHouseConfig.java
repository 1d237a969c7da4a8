package com.alumoutreach.analytics.clickhouse;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Where ClickHouse is: {@code CLICKHOUSE_URL}, {@code CLICKHOUSE_USER}, {@code CLICKHOUSE_PASSWORD},
 * {@code CLICKHOUSE_DATABASE}. What the URL itself says ({@code http://user:password@host:port/database}) goes first.
 *
 * @param database made at start when it is missing
 */
@ConfigurationProperties("clickhouse")
public record ClickHouseConfig(
        @Bindable(defaultValue = "http://127.0.0.1:8123") String url,
        @Bindable(defaultValue = "default") String user,
        @Bindable(defaultValue = "") String password,
        @Bindable(defaultValue = "default") String database) {
    private static final String DATABASE = "database=";

    /** The same address with the user, the password and the database taken out of the URL. */
    ClickHouseConfig resolved() {
        URI uri = URI.create(url);
        String userInfo = uri.getRawUserInfo();
        String endpoint = uri.getScheme() + "://" + uri.getHost() + ":" + port(uri);
        String urlDatabase = databaseOf(uri);
        if (userInfo == null) {
            return new ClickHouseConfig(endpoint, user, password, urlDatabase);
        }
        int colon = userInfo.indexOf(':');
        String urlUser = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String urlPassword = colon < 0 ? password : decoded(userInfo.substring(colon + 1));
        return new ClickHouseConfig(endpoint, urlUser, urlPassword, urlDatabase);
    }

    /** {@code /name} as JDBC writes it, or {@code /?database=name} as ClickHouse itself reads it. */
    private String databaseOf(URI uri) {
        String path = uri.getPath() == null ? "" : uri.getPath().replace("/", "");
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        if (query.startsWith(DATABASE)) {
            return query.substring(DATABASE.length());
        }
        return path.isEmpty() ? database : path;
    }

    private static int port(URI uri) {
        if (uri.getPort() > 0) {
            return uri.getPort();
        }
        return "https".equals(uri.getScheme()) ? 8443 : 8123;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Without the password: configuration ends up in logs. */
    @Override
    public String toString() {
        return user + " at " + URI.create(url).getHost() + ", database " + database;
    }
}
