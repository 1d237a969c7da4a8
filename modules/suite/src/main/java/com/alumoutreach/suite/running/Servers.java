package com.alumoutreach.suite.running;

import com.alumoutreach.embedded.EmbeddedServerException;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.ServerChoice;
import com.alumoutreach.embedded.ServerChoice.RunningServers;
import com.alumoutreach.embedded.ServerKind;
import com.alumoutreach.suite.terminal.Terminal;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Postgres, NATS and ClickHouse: the suite's own, or those that the environment names. */
final class Servers implements AutoCloseable {
    private final RunningServers servers;

    private Servers(RunningServers servers) {
        this.servers = servers;
    }

    /** Finds those that still run, as after a kill of the suite, and starts the others. */
    static Servers start(DataFolder data, Terminal terminal) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (environment.containsKey(RunEnv.ALUM_URL) && !environment.containsKey("DATASOURCES_DEFAULT_URL")) {
            // Our own run.env has these names: who exported it does not mean servers of theirs.
            environment.keySet().removeAll(List.of(RunEnv.NATS_URL, RunEnv.CLICKHOUSE_URL));
        }
        try {
            ServerChoice choice = ServerChoice.fromEnvironment(environment);
            return new Servers(terminal.timed(
                    "servers", () -> choice.start(data.servers(), line -> terminal.line("  %s", line))));
        } catch (EmbeddedServerException e) {
            throw new SuiteException(e.getMessage() == null ? "the servers do not start" : e.getMessage(), e);
        }
    }

    /**
     * Stops servers without a suite.
     *
     * @return whether there were any
     */
    static boolean stopLeftOver(DataFolder data) {
        if (!Files.isDirectory(data.servers())) {
            return false;
        }
        try (EmbeddedServers servers = EmbeddedServers.attach(data.servers())) {
            boolean any = false;
            for (ServerKind kind : ServerKind.values()) {
                any |= servers.running(kind);
            }
            return any;
        }
    }

    /** For people and their tools: one URL with everything, which psql understands. */
    String postgresUrl() {
        URI jdbc = URI.create(jdbcUrl().substring("jdbc:".length()));
        return "postgresql://" + credentials(postgresUser(), postgresPassword()) + jdbc.getAuthority() + jdbc.getPath();
    }

    String jdbcUrl() {
        return addresses().postgresUrl();
    }

    String postgresUser() {
        return addresses().postgresUser();
    }

    String postgresPassword() {
        return addresses().postgresPassword();
    }

    String natsUrl() {
        return addresses().natsUrl();
    }

    /** In the form that curl can use as it is. */
    String clickHouseUrl() {
        URI http = URI.create(addresses().clickhouseUrl());
        if (http.getUserInfo() != null) {
            return http.toString();
        }
        String database = addresses().clickhouseDatabase();
        return http.getScheme() + "://"
                + credentials(addresses().clickhouseUser(), addresses().clickhousePassword())
                + http.getAuthority()
                + (database.equals("default") ? "" : "/?database=" + encoded(database));
    }

    /** Log files by name, for run.env; none of servers that are not ours. */
    Map<String, String> logs() {
        Map<String, String> logs = new LinkedHashMap<>();
        EmbeddedServers embedded = servers.embedded();
        if (embedded != null) {
            for (ServerKind kind : ServerKind.values()) {
                logs.put(
                        kind.label().toUpperCase(Locale.ROOT) + "_LOG",
                        embedded.log(kind).toString());
            }
        }
        return logs;
    }

    private ServerAddresses addresses() {
        return servers.addresses();
    }

    private static String credentials(String user, String password) {
        return encoded(user) + (password.isEmpty() ? "" : ":" + encoded(password)) + "@";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        servers.close();
    }
}
