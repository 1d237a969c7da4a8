package com.alumoutreach.suite.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.suite.terminal.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each target is killed four times and stopped four times, two at once; {@code -Dalum.chaos.rounds=N} for more. */
class ChaosIT {
    private static final int ROUNDS = Integer.getInteger("alum.chaos.rounds", 20);
    private static final long SEED = Long.getLong("alum.chaos.seed", 1);

    @Test
    void nothingAcceptedIsLostAndNothingTakesEffectTwiceWhateverIsKilledOrStopped(@TempDir Path folder) {
        StringWriter report = new StringWriter();
        Chaos.run(folder, ROUNDS, SEED, new Terminal(new PrintWriter(report)));
        assertThat(report.toString().lines()).hasSizeGreaterThan(ROUNDS / 10);
    }
}
