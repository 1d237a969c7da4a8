package com.alumoutreach.embedded;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;

/**
 * The three servers as containers, of the images that {@code docker-compose.yml} names. They and their data end with the
 * process that started them, however it ends: data that stay are what {@code docker compose} is for.
 *
 * <p>Where this was written there is no Docker engine: what happens without one is tested, the containers themselves are not,
 * unless {@code DockerServersIT} runs where {@code ALUM_SERVERS=docker}.
 */
final class DockerServers implements AutoCloseable {
    static final String POSTGRES_IMAGE = "postgres:18";
    static final String NATS_IMAGE = "nats:2.12";
    static final String CLICKHOUSE_IMAGE = "clickhouse/clickhouse-server:26.3";
    static final List<String> IMAGES = List.of(POSTGRES_IMAGE, NATS_IMAGE, CLICKHOUSE_IMAGE);

    private static final String USER = "alumoutreach";
    private static final int POSTGRES_PORT = 5432;
    private static final int NATS_PORT = 4222;
    private static final int CLICKHOUSE_PORT = 8123;

    /** From the start of a container; pulling its image is not counted. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    // Docker publishes ports on every interface of the machine.
    private final String password = randomPassword();
    private final GenericContainer<?> postgres = new GenericContainer<>(POSTGRES_IMAGE)
            .withEnv("POSTGRES_USER", USER)
            .withEnv("POSTGRES_DB", USER)
            .withEnv("POSTGRES_PASSWORD", password)
            .withCommand("postgres", "-c", "max_connections=300")
            .withExposedPorts(POSTGRES_PORT)
            // Twice: its first start is only for making the database.
            .waitingFor(Wait.forLogMessage(".*database system is ready to accept connections.*\\s", 2)
                    .withStartupTimeout(START_PATIENCE));
    private final GenericContainer<?> nats = new GenericContainer<>(NATS_IMAGE)
            .withCopyToContainer(Transferable.of(natsConfiguration()), "/etc/nats/nats.conf")
            .withCommand("-c", "/etc/nats/nats.conf")
            .withExposedPorts(NATS_PORT)
            .waitingFor(Wait.forLogMessage(".*Server is ready.*\\s", 1).withStartupTimeout(START_PATIENCE));
    private final GenericContainer<?> clickHouse = new GenericContainer<>(CLICKHOUSE_IMAGE)
            .withEnv("CLICKHOUSE_USER", USER)
            .withEnv("CLICKHOUSE_PASSWORD", password)
            .withExposedPorts(CLICKHOUSE_PORT)
            .waitingFor(Wait.forHttp("/ping").forPort(CLICKHOUSE_PORT).withStartupTimeout(START_PATIENCE));

    private DockerServers() {}

    /** @throws EmbeddedServerException when no Docker engine answers; known within a second where there is no socket */
    static void requireEngine() {
        if (!engineAnswers()) {
            throw new EmbeddedServerException("ALUM_SERVERS=docker, but no Docker engine answers: start one "
                    + "(or name it in DOCKER_HOST), or leave ALUM_SERVERS unset to use embedded servers");
        }
    }

    static boolean engineAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /** Returns when all three answer. */
    static DockerServers start() {
        DockerServers servers = new DockerServers();
        try {
            Startables.deepStart(servers.containers()).join();
            return servers;
        } catch (RuntimeException e) {
            servers.close();
            throw new EmbeddedServerException("Docker does not start the servers: " + firstCause(e), e);
        }
    }

    ServerAddresses addresses() {
        return new ServerAddresses(
                "jdbc:postgresql://" + address(postgres, POSTGRES_PORT) + "/" + USER,
                USER,
                password,
                "nats://" + USER + ":" + password + "@" + address(nats, NATS_PORT),
                "http://" + address(clickHouse, CLICKHOUSE_PORT),
                USER,
                password,
                "default");
    }

    @Override
    public void close() {
        containers().forEach(GenericContainer::stop);
    }

    private Stream<GenericContainer<?>> containers() {
        return Stream.of(postgres, nats, clickHouse);
    }

    /** What {@code infra/nats/nats.conf} says, and a password. */
    private String natsConfiguration() {
        return """
                jetstream {
                  store_dir: /data
                  sync_interval: always
                }
                authorization { user: %s, password: "%s" }
                """.formatted(USER, password);
    }

    private static String address(GenericContainer<?> container, int port) {
        return container.getHost() + ":" + container.getMappedPort(port);
    }

    private static String randomPassword() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** Testcontainers wraps a failure several times; the innermost says what happened. */
    private static String firstCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
    }
}
