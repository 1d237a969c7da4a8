package com.alumoutreach.suite.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlumCommandTest {
    private static final int OK = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "up -h",
                "down -h",
                "status -h",
                "reset -h",
                "token -h",
                "walk -h",
                "demo -h",
                "dlq -h",
                "dlq list -h",
                "generate-events -h"
            })
    void explainsItself(String arguments) {
        assertThat(AlumCommand.run(arguments.split(" "))).isEqualTo(OK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sideways",
                "token",
                "token --tenant t --role king",
                "token --tenant t --role admin --ttl soon",
                "dlq",
                "dlq redeliver",
                "replay --from 2026-01-01",
                "replay --durable D --from yesterday",
                "reconcile --from yesterday",
                "validate-metrics",
                "validate-metrics --tenant t --at yesterday",
                "dlq show first",
                "generate-events",
                "generate-events --tenant t --days 0",
                "generate-events --tenant t --scale 50001",
                "generate-events --tenant t --until noon",
                "generate-events --tenant t --to paper"
            })
    void refusesWhatMakesNoSense(String arguments) {
        assertThat(AlumCommand.run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "walk",
                "dlq list",
                "reconcile",
                "generate-events --tenant t",
                "validate-metrics --tenant t"
            })
    void failsWhereNoSuiteRuns(String arguments) {
        assertThat(AlumCommand.run((arguments + " --data " + folder).split(" ")))
                .isEqualTo(FAILURE);
    }

    @Test
    void doesNotMeasureWhereTheBenchmarksAreNotBuilt() {
        System.setProperty("alum.home", folder.toString());
        try {
            assertThat(AlumCommand.run("bench", "relay", "--events", "1")).isEqualTo(FAILURE);
        } finally {
            System.clearProperty("alum.home");
        }
    }

    @Test
    void hasNothingToStopWhereNoSuiteRuns() {
        assertThat(AlumCommand.run("down", "--data", folder.toString())).isEqualTo(OK);
    }
}
