package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.SuiteException;
import com.alumoutreach.suite.running.SuiteStop;
import com.alumoutreach.suite.terminal.Terminal;
import java.io.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alum reset}: stops the suite and deletes its data. */
@Command(
        name = "reset",
        description = "Stops the suite and deletes everything that it keeps: contacts, events, mails, logs.",
        footerHeading = "%nExample:%n",
        footer = "  alum reset --yes")
final class ResetCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        DataFolder folder = data.folder();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        if (!folder.exists()) {
            terminal.line("There is nothing in %s.", folder.root());
            return;
        }
        if (!yes && !confirmed(folder)) {
            throw new SuiteException("nothing was deleted");
        }
        SuiteStop.stop(folder);
        folder.delete();
        terminal.line("Deleted %s.", folder.root());
    }

    private static boolean confirmed(DataFolder folder) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            throw new SuiteException("reset deletes " + folder.root() + "; without a terminal to ask on, say --yes");
        }
        String answer = console.readLine("Delete everything in %s? [y/N] ", folder.root());
        return answer != null && answer.trim().equalsIgnoreCase("y");
    }
}
