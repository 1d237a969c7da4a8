package com.alumoutreach.suite.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEnvTest {
    private static final String AWKWARD = "postgresql://u:it's $HOME \"x\"@127.0.0.1:1/db";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void readsWhatItWrote() {
        DataFolder data = DataFolder.at(folder);
        RunEnv env = new RunEnv(Map.of(RunEnv.POSTGRES_URL, AWKWARD));

        env.write(data);

        assertThat(RunEnv.read(data)).contains(env);
    }

    @Test
    void isReadableByAShellAndByItsOwnerOnly() throws IOException, InterruptedException {
        DataFolder data = DataFolder.at(folder);
        new RunEnv(Map.of(RunEnv.POSTGRES_URL, AWKWARD)).write(data);

        Process shell =
                new ProcessBuilder("sh", "-c", ". '" + data.runEnv() + "'; printf %s \"$POSTGRES_URL\"").start();

        assertThat(new String(shell.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(AWKWARD);
        assertThat(shell.waitFor()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.runEnv())))
                .isEqualTo("rw-------");
    }

    @Test
    void isEmptyWhereNoSuiteRuns() {
        assertThat(RunEnv.read(DataFolder.at(folder))).isEmpty();
    }
}
