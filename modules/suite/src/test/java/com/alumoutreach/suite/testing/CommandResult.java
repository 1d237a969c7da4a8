package com.alumoutreach.suite.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a command printed, and how it ended. */
public record CommandResult(int exitCode, String out, String err) {
    static CommandResult of(List<String> command, Duration within) {
        try {
            // Into files: a detached suite inherits no pipe that this process would wait on.
            Path out = Files.createTempFile("alum", ".out");
            Path err = Files.createTempFile("alum", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("No end within " + within + ": " + command.getLast());
            }
            CommandResult result = new CommandResult(process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new IllegalStateException("The command cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the command ran", e);
        }
    }
}
