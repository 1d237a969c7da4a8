package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.DataFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that every command has. */
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".alum",
            description = "The suite's data folder (default: ${DEFAULT-VALUE}).")
    private Path path = Path.of(".alum");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    DataFolder folder() {
        return DataFolder.at(path);
    }
}
