package com.alumoutreach.embedded;

/**
 * Where the servers are, and how to get in.
 *
 * @param postgresUrl JDBC URL without credentials
 * @param natsUrl with credentials
 * @param clickhouseUrl {@code http://host:port}
 */
public record ServerAddresses(
        String postgresUrl,
        String postgresUser,
        String postgresPassword,
        String natsUrl,
        String clickhouseUrl,
        String clickhouseUser,
        String clickhousePassword,
        String clickhouseDatabase) {}
