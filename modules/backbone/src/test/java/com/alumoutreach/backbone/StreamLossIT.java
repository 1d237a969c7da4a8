package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.embedded.EmbeddedServers;
import com.alumoutreach.embedded.ServerKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JetStream loses what it had acknowledged. The log has it, and the relay publishes just that again. */
class StreamLossIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, Object> PROPERTIES =
            Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms");

    @TempDir
    private Path data;

    private EmbeddedServers servers;
    private RunningService service;

    @BeforeEach
    void start() {
        servers = EmbeddedServers.start(data, line -> {});
        service = RunningService.start(servers.addresses(), PROPERTIES);
    }

    @AfterEach
    void stop() {
        service.close();
        servers.close();
    }

    @Test
    void aStreamThatIsDeletedWhileEventsFlowIsBackWithEveryEvent() throws Exception {
        append(300);
        awaitEffects();
        Thread writer = Thread.ofVirtual().start(() -> append(300));
        service.nats().jetStreamManagement().deleteStream("ALUM_EVENTS");
        writer.join();
        append(10);
        awaitEffects();
        awaitWholeStream();
    }

    @Test
    void aStreamThatIsDeletedWhileNothingHappensIsBackWithEveryEvent() throws Exception {
        append(300);
        awaitEffects();
        service.nats().jetStreamManagement().deleteStream("ALUM_EVENTS");
        awaitWholeStream();
        awaitEffects();
    }

    @Test
    void aDirectoryThatIsSetBackToAnOlderCopyGetsWhatItLostAndNothingElse() throws IOException {
        append(300);
        awaitEffects();
        servers.stop(ServerKind.NATS);
        Path copy = data.resolve("copy");
        copyTree(data.resolve("nats"), copy);
        servers.start(ServerKind.NATS);
        append(300);
        awaitEffects();

        servers.kill(ServerKind.NATS);
        deleteTree(data.resolve("nats"));
        copyTree(copy, data.resolve("nats"));
        servers.start(ServerKind.NATS);

        awaitWholeStream();
        assertThat(published()).doesNotHaveDuplicates();
        append(10);
        awaitEffects();
    }

    @Test
    void aTruncatedMessageBlockGetsWhatItLostAndNothingElse() throws IOException {
        append(500);
        awaitEffects();
        servers.kill(ServerKind.NATS);
        try (RandomAccessFile block = new RandomAccessFile(lastBlock().toFile(), "rw")) {
            block.setLength(block.length() * 2 / 3);
        }
        servers.start(ServerKind.NATS);

        awaitWholeStream();
        assertThat(published()).doesNotHaveDuplicates();
        append(10);
        awaitEffects();
    }

    @Test
    void messagesThatAreMissingInTheMiddleArePublishedAgainAndNothingElse() throws Exception {
        append(300);
        awaitEffects();
        for (long position = 100; position < 150; position++) {
            service.nats().jetStreamManagement().deleteMessage("ALUM_EVENTS", position);
        }
        awaitWholeStream();
        assertThat(published()).doesNotHaveDuplicates();
    }

    @Test
    void aRelayThatWasNotThereFindsTheLossWhenItComes() throws Exception {
        append(300);
        awaitEffects();
        service.close();
        servers.stop(ServerKind.NATS);
        deleteTree(data.resolve("nats"));
        servers.start(ServerKind.NATS);
        service = RunningService.start(servers.addresses(), PROPERTIES);
        awaitWholeStream();
        append(10);
        awaitEffects();
    }

    private void append(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(service.post("/probe/contacts/" + EventIds.next(), "", null)
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    /** Every event of the log took effect, and none twice. */
    private void awaitEffects() {
        await().atMost(PATIENCE).until(() -> effects().containsAll(logged()));
        assertThat(effects()).hasSameSizeAs(logged());
    }

    private void awaitWholeStream() {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> published().containsAll(logged()));
    }

    private List<UUID> published() {
        return service.events("contact.created").stream().map(EventEnvelope::id).toList();
    }

    private List<UUID> logged() {
        return ids("SELECT id FROM probe.system_events");
    }

    private List<UUID> effects() {
        return ids("SELECT event_id FROM probe.effects");
    }

    private List<UUID> ids(String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(UUID.class).list());
    }

    private Path lastBlock() throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("nats"))) {
            return files.filter(file -> file.toString().contains("ALUM_EVENTS/msgs"))
                    .filter(file -> file.toString().endsWith(".blk"))
                    .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
                    .orElseThrow();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
