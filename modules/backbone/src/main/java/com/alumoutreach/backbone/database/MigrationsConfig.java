package com.alumoutreach.backbone.database;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Who changes schemas ({@code alum.migrations.*}): the owner of the tables. The services' own login where nobody else is named;
 * even so they become {@link #role}, which owns nothing, for all other work.
 */
@Singleton
class MigrationsConfig {
    private static final int CONNECT_SECONDS = 5;

    private final PGSimpleDataSource source = new PGSimpleDataSource();
    private final String role;
    private final String serviceLogin;

    MigrationsConfig(
            @Value("${alum.migrations.url}") String url,
            @Value("${alum.migrations.username}") String username,
            @Value("${alum.migrations.password}") String password,
            @Value("${alum.migrations.role}") String role,
            @Value("${datasources.default.url}") String serviceUrl,
            @Value("${datasources.default.username}") String serviceLogin,
            @Value("${datasources.default.password}") String servicePassword) {
        boolean own = !username.isBlank();
        source.setUrl(url.isBlank() ? serviceUrl : url);
        source.setUser(own ? username : serviceLogin);
        source.setPassword(own ? password : servicePassword);
        source.setConnectTimeout(CONNECT_SECONDS);
        this.role = role;
        this.serviceLogin = serviceLogin;
    }

    /** Makes a connection each time; migrations are rare. */
    DataSource dataSource() {
        return source;
    }

    Connection connect() throws SQLException {
        return source.getConnection();
    }

    /** What the services become when they are connected. */
    String role() {
        return role;
    }

    /** Whom the services log in as. */
    String serviceLogin() {
        return serviceLogin;
    }
}
