package com.alumoutreach.embedded.machine;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A program that is run to its end. */
public final class Command {
    /** How apt, npm, initdb and tar begin the line that tells why. */
    private static final Pattern WHY = Pattern.compile("^E: |\\berror\\b", Pattern.CASE_INSENSITIVE);

    private Command() {}

    /**
     * Returns when the program has ended.
     *
     * @return its output
     * @throws IOException when it cannot be started or ends with another code than 0; the message has the line that tells why
     */
    public static String run(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command.getFirst() + " failed (" + why(output) + ")");
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        }
        return output;
    }

    private static String why(String output) {
        return output.lines()
                .filter(line -> WHY.matcher(line).find())
                .findFirst()
                .or(() -> output.lines().reduce((a, b) -> b))
                .orElse("no output")
                .strip();
    }

    public static boolean exists(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
