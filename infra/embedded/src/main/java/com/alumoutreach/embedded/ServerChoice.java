package com.alumoutreach.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which servers are used: those that the environment names ({@code DATASOURCES_DEFAULT_URL}, {@code NATS_URL}, {@code
 * CLICKHOUSE_URL}), else embedded ones. {@code ALUM_SERVERS} insists: {@code external}, {@code embedded} or {@code docker}.
 * Naming only some of the three is an error unless {@code ALUM_SERVERS} says that they are not meant.
 */
public final class ServerChoice {
    private static final List<String> ADDRESSES = List.of("DATASOURCES_DEFAULT_URL", "NATS_URL", "CLICKHOUSE_URL");

    private final Map<String, String> environment;
    private final Kind kind;

    private enum Kind {
        EMBEDDED,
        EXTERNAL,
        DOCKER
    }

    private ServerChoice(Map<String, String> environment) {
        this.environment = environment;
        this.kind = choose();
    }

    /**
     * What the environment asks for.
     *
     * @throws EmbeddedServerException with one line when it contradicts itself
     */
    public static ServerChoice fromEnvironment(Map<String, String> environment) {
        return new ServerChoice(environment);
    }

    private Kind choose() {
        List<String> named =
                ADDRESSES.stream().filter(name -> !value(name, "").isEmpty()).toList();
        List<String> missing =
                ADDRESSES.stream().filter(name -> !named.contains(name)).toList();
        String asked = value("ALUM_SERVERS", "");
        return switch (asked) {
            case "embedded" -> Kind.EMBEDDED;
            case "docker" -> Kind.DOCKER;
            case "external" -> {
                if (!missing.isEmpty()) {
                    throw new EmbeddedServerException("ALUM_SERVERS=external needs " + String.join(", ", missing));
                }
                yield Kind.EXTERNAL;
            }
            case "" -> {
                if (!named.isEmpty() && !missing.isEmpty()) {
                    throw new EmbeddedServerException("The environment names " + String.join(", ", named) + " but not "
                            + String.join(", ", missing)
                            + ": name all three, or set ALUM_SERVERS=embedded to use none of them");
                }
                yield named.isEmpty() ? Kind.EMBEDDED : Kind.EXTERNAL;
            }
            default ->
                throw new EmbeddedServerException("ALUM_SERVERS must be embedded, external or docker, not " + asked);
        };
    }

    /** What is empty is not set, as compose files and CI pass it. */
    private String value(String name, String otherwise) {
        String value = environment.getOrDefault(name, "");
        return value.isBlank() ? otherwise : value;
    }

    /**
     * Starts them where that is ours to do, and says in one line which they are.
     *
     * @throws EmbeddedServerException with one line that says what cannot be had, and what to do
     */
    public RunningServers start(Path dataDir, Consumer<String> progress) {
        return switch (kind) {
            case EXTERNAL -> {
                progress.accept("Servers: external, as the environment names them");
                yield new RunningServers(external(), null, () -> {});
            }
            case DOCKER -> {
                DockerServers.requireEngine();
                progress.accept(
                        "Servers: Docker, " + String.join(", ", DockerServers.IMAGES) + "; their data end with them");
                DockerServers servers = DockerServers.start();
                yield new RunningServers(servers.addresses(), null, servers::close);
            }
            case EMBEDDED -> {
                progress.accept(
                        "Servers: embedded, data in " + dataDir.toAbsolutePath().normalize());
                EmbeddedServers servers = EmbeddedServers.start(dataDir, progress);
                yield new RunningServers(servers.addresses(), servers, servers::close);
            }
        };
    }

    private ServerAddresses external() {
        return new ServerAddresses(
                value("DATASOURCES_DEFAULT_URL", ""),
                value("DATASOURCES_DEFAULT_USERNAME", "alumoutreach"),
                value("DATASOURCES_DEFAULT_PASSWORD", ""),
                value("NATS_URL", ""),
                value("CLICKHOUSE_URL", ""),
                value("CLICKHOUSE_USER", "default"),
                value("CLICKHOUSE_PASSWORD", ""),
                value("CLICKHOUSE_DATABASE", "default"));
    }

    /**
     * Servers that answer; closing stops those that were started.
     *
     * @param embedded null when they are not embedded ones
     * @param stop does nothing to servers that are not ours
     */
    public record RunningServers(
            ServerAddresses addresses, @Nullable EmbeddedServers embedded, Runnable stop) implements AutoCloseable {
        @Override
        public void close() {
            stop.run();
        }
    }
}
