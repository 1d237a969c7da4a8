package com.alumoutreach.suite.testing;

import com.alumoutreach.suite.SuiteApplication;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.client.Postgres;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.RunEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The suite as a process, as a user runs it, so that a test may kill it. Each has a data folder of its own under
 * {@code target}; closing it stops the suite and its servers.
 */
public final class RunningSuite implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(3);
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(1);

    private final DataFolder data;

    private RunningSuite(DataFolder data) {
        this.data = data;
    }

    /** Starts a suite on a new folder; returns when it is ready. */
    public static RunningSuite start() {
        try {
            Path target = Files.createDirectories(Path.of("target"));
            RunningSuite suite = new RunningSuite(DataFolder.at(Files.createTempDirectory(target, "suite-")));
            suite.up();
            return suite;
        } catch (IOException e) {
            throw new IllegalStateException("The test has no folder to work in", e);
        }
    }

    public DataFolder data() {
        return data;
    }

    /** Starts it again after {@link #kill()} or {@link #down()}, on the same folder. */
    public void up() {
        expectSuccess(alum("up", "--detach"));
    }

    public void down() {
        expectSuccess(alum("down"));
    }

    /** SIGKILL: no shutdown hook, no finally block. The servers go on running. */
    public void kill() {
        ProcessHandle suite = process();
        suite.destroyForcibly();
        suite.onExit().orTimeout(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS).join();
    }

    public ProcessHandle process() {
        try {
            long pid = Long.parseLong(Files.readString(data.pid()).trim());
            return ProcessHandle.of(pid).orElseThrow(() -> new IllegalStateException("The suite does not run"));
        } catch (IOException e) {
            throw new IllegalStateException("The suite does not run", e);
        }
    }

    public RunEnv env() {
        return RunEnv.read(data).orElseThrow();
    }

    /** The API as an admin of the tenant. */
    public AlumClient api(String tenant) {
        return AlumClient.of(data, tenant);
    }

    public Postgres postgres() {
        return new Postgres(env().get(RunEnv.POSTGRES_URL));
    }

    public ClickHouseQuery clickHouse() {
        return new ClickHouseQuery(env().get(RunEnv.CLICKHOUSE_URL));
    }

    /** Runs the command line in a process of its own, with this suite's {@code --data}. */
    public CommandResult alum(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SuiteApplication.class.getName()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.root().toString()));
        return CommandResult.of(command, STARTS_WITHIN);
    }

    private static void expectSuccess(CommandResult result) {
        if (result.exitCode() != 0) {
            throw new IllegalStateException(result.toString());
        }
    }

    @Override
    public void close() {
        down();
    }
}
