package com.alumoutreach.suite.running;

import com.alumoutreach.suite.SuiteApplication;
import com.alumoutreach.suite.terminal.Terminal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A suite in a process of its own that outlives this one and its terminal. */
public final class DetachedSuite {
    private DetachedSuite() {}

    /**
     * Returns when it takes requests.
     *
     * @return false when one runs already
     * @throws SuiteException with the reason that the suite gave, when it does not start
     */
    public static boolean start(DataFolder data, Terminal terminal) {
        if (SuiteLock.isHeld(data)) {
            awaitAddresses(data, Optional.empty(), terminal);
            return false;
        }
        data.create();
        DataFolder.deleteFile(data.runEnv());
        awaitAddresses(data, Optional.of(spawn(data)), terminal);
        return true;
    }

    private static Process spawn(DataFolder data) {
        File output = data.suiteOutput().toFile();
        try {
            return new ProcessBuilder(command(data))
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(output)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the suite's process", e);
        }
    }

    /** In a session of its own, else Ctrl-C in this terminal or its end would reach the suite as well. */
    private static List<String> command(DataFolder data) {
        List<String> command = new ArrayList<>();
        command.add(onPath("setsid") ? "setsid" : "nohup");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx768m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(StartCache.options(System.getProperty("java.class.path")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SuiteApplication.class.getName()));
        command.addAll(List.of("up", "--data", data.root().toString()));
        return command;
    }

    private static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The suite writes its addresses when it is ready. */
    private static void awaitAddresses(DataFolder data, Optional<Process> process, Terminal terminal) {
        while (RunEnv.read(data).isEmpty()) {
            boolean alive = process.map(Process::isAlive).orElseGet(() -> SuiteLock.isHeld(data));
            if (!alive) {
                throw new SuiteException("the suite did not start: " + lastLine(data.suiteOutput()));
            }
            terminal.passing("starting: " + lastLine(data.suiteOutput()));
            Pause.shortly();
        }
        terminal.erase();
    }

    private static String lastLine(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.isEmpty() ? "" : lines.getLast().strip();
        } catch (IOException e) {
            return "";
        }
    }
}
