package com.alumoutreach.embedded;

import com.alumoutreach.embedded.machine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A server's process, remembered in a file beside its data: whoever comes later finds it running, also after the process that
 * started it was killed.
 */
final class ServerProcess {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);

    private final String label;
    private final Path record;
    private final Path log;

    ServerProcess(String label, Path dataDir) {
        this.label = label;
        this.record = dataDir.resolve(label + ".process");
        this.log = dataDir.resolve("logs").resolve(label + ".log");
    }

    Path log() {
        return log;
    }

    /** The port that this server had, so that it comes back where others look for it. */
    Optional<Integer> port() {
        return read("port").map(Integer::parseInt);
    }

    /** The process, when it is the one that was started and still runs. */
    Optional<ProcessHandle> handle() {
        return read("pid").map(Long::parseLong).flatMap(ProcessHandle::of).filter(p -> p.isAlive() && same(p));
    }

    /** A pid may have been given to another program since. */
    private boolean same(ProcessHandle process) {
        Optional<Instant> started = process.info().startInstant();
        return started.isEmpty()
                || read("started").map(started.get().toString()::equals).orElse(false);
    }

    /** Starts the program in a session of its own, so that neither Ctrl-C nor the death of this JVM reaches it. */
    void start(Path folder, List<String> command, Map<String, String> environment, int port) throws IOException {
        Files.createDirectories(log.getParent());
        List<String> detached = new ArrayList<>();
        if (Command.exists("setsid")) {
            detached.add("setsid");
        }
        detached.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(detached)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        Properties properties = new Properties();
        properties.setProperty("pid", Long.toString(process.pid()));
        properties.setProperty("port", Integer.toString(port));
        process.info().startInstant().ifPresent(i -> properties.setProperty("started", i.toString()));
        Path unfinished = record.resolveSibling(record.getFileName() + ".tmp");
        try (var out = Files.newBufferedWriter(unfinished)) {
            properties.store(out, label);
        }
        // Whoever looks meanwhile finds the old record or the new one, never half of one.
        Files.move(unfinished, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @param signal what this kind of server understands as "end cleanly, now" */
    void stop(String signal) {
        handle().ifPresent(process -> {
            send(signal, process);
            if (!ended(process)) {
                process.destroyForcibly();
                ended(process);
            }
        });
    }

    void kill() {
        handle().ifPresent(process -> {
            process.destroyForcibly();
            ended(process);
        });
    }

    /** Java itself can only send TERM and KILL. */
    private void send(String signal, ProcessHandle process) {
        try {
            Command.run(Path.of("."), Map.of(), List.of("sh", "-c", "kill -" + signal + " " + process.pid()));
        } catch (IOException e) {
            process.destroy();
        }
    }

    private static boolean ended(ProcessHandle process) {
        try {
            process.onExit().get(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new EmbeddedServerException("Cannot wait for a process", e);
        }
    }

    private Optional<String> read(String key) {
        Properties properties = new Properties();
        if (!Files.exists(record)) {
            return Optional.empty();
        }
        try (var in = Files.newBufferedReader(record)) {
            properties.load(in);
        } catch (IOException e) {
            return Optional.empty();
        }
        @Nullable String value = properties.getProperty(key);
        return Optional.ofNullable(value);
    }
}
