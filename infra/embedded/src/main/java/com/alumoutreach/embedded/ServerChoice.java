package com.alumoutreach.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are used: those that the environment names ({@code DATASOURCES_DEFAULT_URL} or {@code POSTGRES_URL}, {@code
 * NATS_URL}, {@code CLICKHOUSE_URL}), else embedded ones. {@code ALUM_SERVERS=external} insists on the former, {@code
 * embedded} on the latter.
 */
public final class ServerChoice {
    private final Map<String, String> environment;

    private ServerChoice(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws EmbeddedServerException when what was asked for is not there */
    public static ServerChoice fromEnvironment(Map<String, String> environment) {
        ServerChoice choice = new ServerChoice(environment);
        choice.check();
        return choice;
    }

    private void check() {
        String asked = environment.getOrDefault("ALUM_SERVERS", "");
        switch (asked) {
            case "", "embedded" -> {}
            case "external" -> {
                List<String> missing = missing();
                if (!missing.isEmpty()) {
                    throw new EmbeddedServerException("ALUM_SERVERS=external needs " + String.join(", ", missing));
                }
            }
            case "docker" ->
                throw new EmbeddedServerException(
                        "ALUM_SERVERS=docker is not built in yet: "
                                + "start servers yourself and name them in DATASOURCES_DEFAULT_URL, NATS_URL and CLICKHOUSE_URL");
            default -> throw new EmbeddedServerException("ALUM_SERVERS must be embedded or external, not " + asked);
        }
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (postgres() == null) {
            missing.add("DATASOURCES_DEFAULT_URL");
        }
        for (String name : List.of("NATS_URL", "CLICKHOUSE_URL")) {
            if (!environment.containsKey(name)) {
                missing.add(name);
            }
        }
        return missing;
    }

    private @Nullable String postgres() {
        String url = environment.get("DATASOURCES_DEFAULT_URL");
        return url == null ? environment.get("POSTGRES_URL") : url;
    }

    /** All three external, or all three embedded: a mix would surprise. Says which in one line. */
    public RunningServers start(Path dataDir, Consumer<String> progress) {
        boolean external =
                !"embedded".equals(environment.get("ALUM_SERVERS")) && missing().isEmpty();
        if (external) {
            progress.accept("Servers: external, as the environment names them");
            return new RunningServers(null, external());
        }
        progress.accept("Servers: embedded, data in " + dataDir.toAbsolutePath().normalize());
        EmbeddedServers servers = EmbeddedServers.start(dataDir, progress);
        return new RunningServers(servers, servers.addresses());
    }

    private ServerAddresses external() {
        return new ServerAddresses(
                String.valueOf(postgres()),
                environment.getOrDefault("DATASOURCES_DEFAULT_USERNAME", "alumoutreach"),
                environment.getOrDefault("DATASOURCES_DEFAULT_PASSWORD", ""),
                String.valueOf(environment.get("NATS_URL")),
                String.valueOf(environment.get("CLICKHOUSE_URL")),
                environment.getOrDefault("CLICKHOUSE_USER", "default"),
                environment.getOrDefault("CLICKHOUSE_PASSWORD", ""),
                environment.getOrDefault("CLICKHOUSE_DATABASE", "default"));
    }

    /** Servers that answer; closing stops those that this process started. */
    public record RunningServers(@Nullable EmbeddedServers embedded, ServerAddresses addresses)
            implements AutoCloseable {
        @Override
        public void close() {
            if (embedded != null) {
                embedded.close();
            }
        }
    }
}
