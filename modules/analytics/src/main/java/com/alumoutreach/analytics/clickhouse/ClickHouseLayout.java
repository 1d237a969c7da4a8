package com.alumoutreach.analytics.clickhouse;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How tables lie in ClickHouse, and how a migration, which is written for one server, is said to a cluster: each table is
 * {@code name_local} there, replicated on every node of a shard, with a distributed table {@code name} over it, so that queries are the
 * same. A tenant's rows are on one shard, where joins by tenant and duplicates meet.
 *
 * @param cluster {@code ALUM_CLICKHOUSE_CLUSTER}: a cluster of the servers' configuration; empty for one server
 * @param retention {@code ALUM_CLICKHOUSE_RETENTION}: days, such as {@code 730d}, after which events are deleted, but for {@link LastingTypes};
 *     empty for never
 * @param storagePolicy {@code ALUM_CLICKHOUSE_STORAGE_POLICY}: one of the servers' storage policies, for tiers of disks; empty for
 *     theirs
 */
@ConfigurationProperties("alum.clickhouse")
record ClickHouseLayout(
        @Bindable(defaultValue = "") String cluster,
        @Bindable(defaultValue = "") String retention,
        @Bindable(defaultValue = "") String storagePolicy) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
    private static final Pattern DAYS = Pattern.compile("([1-9]\\d{0,4})d");
    private static final Pattern COMMENTS = Pattern.compile("(?m)^\\s*--.*$\\n?");
    private static final Pattern HEAD = Pattern.compile(
            "(?<verb>CREATE TABLE|ALTER TABLE|DROP TABLE|CREATE OR REPLACE VIEW|CREATE VIEW|DROP VIEW|CREATE OR REPLACE FUNCTION|CREATE FUNCTION)"
                    + "(?<exists> IF(?: NOT)? EXISTS)? (?<name>\\w+)(?<rest>.*)",
            Pattern.DOTALL);
    private static final Pattern ENGINE = Pattern.compile("ENGINE\\s*=\\s*(?=\\w*MergeTree)");
    private static final String LOCAL = "_local";

    /** Envelopes are of the years 1900 to 2299. */
    private static final Duration ALL_TIME = Duration.ofDays(36_500);

    /** @throws IllegalArgumentException when a value could be more than a name or a number of days */
    ClickHouseLayout {
        if (!cluster.isEmpty() && !NAME.matcher(cluster).matches()) {
            throw new IllegalArgumentException("alum.clickhouse.cluster must be the name of a cluster");
        }
        if (!retention.isEmpty() && !DAYS.matcher(retention).matches()) {
            throw new IllegalArgumentException("alum.clickhouse.retention must be days, such as 730d");
        }
        if (!storagePolicy.isEmpty() && !NAME.matcher(storagePolicy).matches()) {
            throw new IllegalArgumentException("alum.clickhouse.storage-policy must be the name of a policy");
        }
    }

    boolean clustered() {
        return !cluster.isEmpty();
    }

    /** The table whose rows lie on the node itself: what mutations and TTLs are said to. */
    String stored(String table) {
        return clustered() ? table + LOCAL + onCluster() : table;
    }

    /**
     * What to execute for a statement that was written for one server.
     *
     * @throws IllegalStateException for a statement that nobody thought of; in a cluster it would reach one node alone
     */
    List<String> statements(String sql) {
        if (!clustered()) {
            return List.of(sql);
        }
        Matcher head = HEAD.matcher(COMMENTS.matcher(sql).replaceAll("").strip());
        if (!head.matches()) {
            throw new IllegalStateException(
                    "No cluster understands: " + sql.lines().findFirst().orElse(""));
        }
        String verb = head.group("verb");
        String exists = head.group("exists") == null ? "" : head.group("exists");
        String name = head.group("name");
        String rest = head.group("rest");
        String begin = verb + exists + " ";
        if (!verb.endsWith("TABLE")) {
            return List.of(begin + name + onCluster() + rest);
        }
        String local = begin + name + LOCAL + onCluster();
        String distributed = begin + name + onCluster();
        return switch (verb) {
            case "CREATE TABLE" ->
                List.of(
                        local + ENGINE.matcher(rest).replaceFirst("ENGINE = Replicated"),
                        distributed + " AS " + name + LOCAL + " ENGINE = Distributed('" + cluster
                                + "', currentDatabase(), '" + name + LOCAL + "', " + shardingKey(rest) + ")");
            case "DROP TABLE" -> List.of(distributed + rest, local + rest);
            default -> columnsOnly(rest) ? List.of(local + rest, distributed + rest) : List.of(local + rest);
        };
    }

    /** What the table {@code events} must be told besides its migrations, given what it says of itself ({@code engine_full}). */
    List<String> adjustments(String engine) {
        List<String> statements = new ArrayList<>();
        String ttl = retention.isEmpty()
                ? ""
                : " TTL occurred_at + toIntervalDay(" + days() + ") WHERE type NOT IN ('"
                        + String.join("', '", LastingTypes.all()) + "')";
        String alter = "ALTER TABLE " + stored("events");
        if (!ttl.isEmpty() && !engine.contains(ttl)) {
            statements.add(alter + " MODIFY" + ttl);
        } else if (ttl.isEmpty() && engine.contains(" TTL ")) {
            statements.add(alter + " REMOVE TTL");
        }
        if (!storagePolicy.isEmpty() && !engine.contains("storage_policy = '" + storagePolicy + "'")) {
            statements.add(alter + " MODIFY SETTING storage_policy = '" + storagePolicy + "'");
        }
        return statements;
    }

    /** Of what happened earlier ClickHouse may have lost what is not of {@link LastingTypes}. */
    Instant retainedSince(Instant now) {
        return retention.isEmpty() ? Instant.EPOCH.minus(ALL_TIME) : now.minus(Duration.ofDays(Long.parseLong(days())));
    }

    private String days() {
        return retention.substring(0, retention.length() - 1);
    }

    private String onCluster() {
        return " ON CLUSTER '" + cluster + "'";
    }

    private static String shardingKey(String definition) {
        return definition.contains("tenant_id ") ? "cityHash64(tenant_id)" : "rand()";
    }

    /** Indexes, projections and TTLs are matters of the rows; the distributed table has columns alone. */
    private static boolean columnsOnly(String rest) {
        String upper = rest.toUpperCase(Locale.ROOT);
        return (upper.contains("ADD COLUMN") || upper.contains("MODIFY COLUMN"))
                && !upper.contains("ADD INDEX")
                && !upper.contains("ADD PROJECTION");
    }
}
