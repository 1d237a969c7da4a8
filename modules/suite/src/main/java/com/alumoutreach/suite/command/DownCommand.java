package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.SuiteStop;
import com.alumoutreach.suite.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code alum down}: stops the suite and its servers. */
@Command(
        name = "down",
        description =
                "Stops the suite and then its servers, also servers that a killed suite left behind. The data stay.",
        footerHeading = "%nExample:%n",
        footer = "  alum down --data /tmp/b")
final class DownCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        boolean wasRunning = SuiteStop.stop(data.folder());
        new Terminal(spec.commandLine().getOut())
                .line(wasRunning ? "AlumOutreach is down." : "AlumOutreach was not running.");
    }
}
