package com.alumoutreach.suite.running;

import java.util.HashMap;
import java.util.Map;

/** The configuration of the services inside the suite: the same keys that the environment would set for each alone. */
final class SuiteProperties {
    private SuiteProperties() {}

    static Map<String, Object> of(DataFolder data, Servers servers, String smtpUrl) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("micronaut.application.name", "suite");
        int port = HttpPort.choose();
        properties.put("micronaut.server.port", port);
        // Links in mails lead back to this suite, unless it is said where it is seen from outside.
        properties.put("alum.public-url", System.getenv().getOrDefault("ALUM_PUBLIC_URL", "http://127.0.0.1:" + port));
        properties.put("micronaut.server.host", "127.0.0.1");
        properties.put("micronaut.security.token.jwt.signatures.secret.validation.secret", JwtSecret.of(data));
        properties.put("datasources.default.url", servers.jdbcUrl());
        properties.put("datasources.default.username", servers.postgresUser());
        properties.put("datasources.default.password", servers.postgresPassword());
        properties.put("alum.nats.url", servers.natsUrl());
        properties.put("clickhouse.url", servers.clickHouseUrl());
        properties.put("alum.smtp.url", smtpUrl);
        return properties;
    }
}
