package com.alumoutreach.suite.chaos;

import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.SuiteException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what was accepted with contacts, events, memberships and ClickHouse, each asked directly. */
final class Audit {
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    private final Cluster cluster;
    private final ClickHouseQuery clickHouse;

    Audit(Cluster cluster) {
        this.cluster = cluster;
        ServerAddresses servers = cluster.servers();
        URI address = URI.create(servers.clickhouseUrl());
        this.clickHouse = new ClickHouseQuery(address.getScheme() + "://" + encoded(servers.clickhouseUser()) + ":"
                + encoded(servers.clickhousePassword()) + "@" + address.getAuthority() + "/"
                + servers.clickhouseDatabase());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Waits until nothing is missing any more, or for three minutes; then counts. */
    Tally after(List<String> accepted) {
        long deadline = System.nanoTime() + SETTLED_WITHIN.toNanos();
        Tally tally = count(accepted);
        while (tally.lost() > 0 && System.nanoTime() < deadline) {
            Pause.of(LOOK_EVERY);
            tally = count(accepted);
        }
        return tally;
    }

    private Tally count(List<String> accepted) {
        try (Connection connection = cluster.connect()) {
            Set<String> lost = new HashSet<>(accepted);
            Set<String> whole = ids(connection, "SELECT id::text FROM contacts.contacts WHERE tenant_id = ?");
            whole.retainAll(
                    ids(
                            connection,
                            "SELECT primary_entity_id FROM contacts.system_events WHERE org_id = ? AND event_type = 'contact.created'"));
            Set<String> members = ids(
                    connection,
                    "SELECT payload->>'contactId' FROM segments.system_events WHERE org_id = ? AND event_type = 'segment.member.added'");
            whole.retainAll(members);
            whole.retainAll(archived("contact.created"));
            whole.retainAll(archived("segment.member.added"));
            lost.removeAll(whole);
            long doubled = number(
                            connection,
                            "SELECT count(*) - count(DISTINCT primary_entity_id) FROM contacts.system_events WHERE org_id = ? AND event_type = 'contact.created'")
                    + number(
                            connection,
                            "SELECT count(*) - count(DISTINCT (payload->>'segmentId', payload->>'contactId')) FROM segments.system_events WHERE org_id = ? AND event_type = 'segment.member.added'")
                    + clickHouse.number(
                            "SELECT count() - uniqExact(id) FROM events FINAL WHERE tenant_id = {tenant:String}",
                            Map.of("tenant", Load.TENANT));
            return new Tally(accepted.size(), members.size(), lost.size(), doubled);
        } catch (SQLException e) {
            throw new SuiteException("Postgres cannot be asked: " + e.getMessage(), e);
        }
    }

    private Set<String> archived(String type) {
        String text = clickHouse.text(
                "SELECT DISTINCT JSONExtractString(data, 'contactId') FROM events"
                        + " WHERE tenant_id = {tenant:String} AND type = {type:String} FORMAT TSV",
                Map.of("tenant", Load.TENANT, "type", type));
        return new HashSet<>(text.lines().toList());
    }

    private static Set<String> ids(Connection connection, String query) throws SQLException {
        Set<String> ids = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, Load.TENANT);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
        }
        return ids;
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, Load.TENANT);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
