package com.alumoutreach.suite.command;

import com.alumoutreach.suite.terminal.Terminal;
import com.alumoutreach.suite.walk.Walk;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code alum walk}: one event, station by station. */
@Command(
        name = "walk",
        description = "Makes one contact (tenant \"walk\") and prints a line for each station that its event passes.",
        footerHeading = "%nExample:%n",
        footer = "  alum up --detach && alum walk")
final class WalkCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        Walk.run(data.folder(), new Terminal(spec.commandLine().getOut()));
    }
}
