package com.alumoutreach.embedded;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A {@code nats-server} process with JetStream, every write on disk before it is acknowledged. */
final class EmbeddedNats extends EmbeddedServer {
    /** The server adds up what streams may grow to; each scope of a test run has streams of more than 10 GB. */
    private static final String RESERVED_BY_SCOPES = "100TB";

    /** Never reached; it is there so that what an account says of its limit can be tested. */
    private static final String LIMIT_OF_A_SCOPE = "50GB";

    private final int accounts;
    private final Consumer<String> progress;

    /** @param accounts that many isolated accounts {@code t0}, {@code t1}, …; 0 for the one account of a suite */
    EmbeddedNats(Path dataDir, int accounts, Consumer<String> progress) {
        super(ServerKind.NATS, dataDir);
        this.accounts = accounts;
        this.progress = progress;
    }

    String url(int port) {
        return url(port, accounts == 0 ? "alumoutreach" : "t0");
    }

    String url(int port, String user) {
        return "nats://" + user + ":" + secret("nats.password") + "@127.0.0.1:" + port;
    }

    @Override
    void launch(int port) throws IOException {
        Path config = dataDir.resolve("nats.conf");
        Files.writeString(config, configuration(port));
        Path binary = NatsBinary.locate(progress);
        process.start(dataDir, List.of(binary.toString(), "-c", config.toString()), Map.of(), port);
    }

    private String configuration(int port) {
        StringBuilder text = new StringBuilder("""
                listen: "127.0.0.1:%d"
                server_name: alumoutreach
                max_payload: 1MB
                jetstream {
                  store_dir: "%s"
                  sync_interval: always
                  max_memory_store: 64MB
                  max_file_store: %s
                }
                """.formatted(
                        port, dataDir.resolve("nats").toAbsolutePath(), accounts == 0 ? "100GB" : RESERVED_BY_SCOPES));
        String password = secret("nats.password");
        if (accounts == 0) {
            text.append("authorization { user: alumoutreach, password: \"")
                    .append(password)
                    .append("\" }\n");
        } else {
            text.append("accounts {\n");
            for (int i = 0; i < accounts; i++) {
                text.append(
                        "  T%1$d { jetstream: { max_file: %3$s }, users: [ { user: t%1$d, password: \"%2$s\" } ] }\n"
                                .formatted(i, password, LIMIT_OF_A_SCOPE));
            }
            text.append("}\n");
        }
        return text.toString();
    }

    @Override
    boolean answers(int port) {
        Options options = Options.builder()
                .server(url(port))
                .noReconnect()
                .connectionTimeout(Duration.ofSeconds(2))
                .build();
        try (Connection connection = Nats.connect(options)) {
            connection.jetStreamManagement().getAccountStatistics();
            return true;
        } catch (IOException | io.nats.client.JetStreamApiException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
