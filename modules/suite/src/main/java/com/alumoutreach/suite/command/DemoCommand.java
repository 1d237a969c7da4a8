package com.alumoutreach.suite.command;

import com.alumoutreach.suite.demo.Demo;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.DetachedSuite;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.running.SuiteStop;
import com.alumoutreach.suite.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alum demo}: from a CSV file to figures that agree. */
@Command(
        name = "demo",
        description = {
            "Sends a campaign to some of 500 contacts and compares figures.",
            "It starts what is not running, imports 500 contacts from a CSV file, sends a campaign to those in California,"
                    + " and compares the figures of ClickHouse, Postgres and the mail server.",
            "Every run is a tenant of its own. No mail leaves this machine."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  alum demo           leave the suite running and look around", "  alum demo --exit    stop it again"
        })
final class DemoCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--exit", description = "Stop everything again at the end.")
    private boolean exit;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        DataFolder folder = data.folder();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        terminal.timed("start the suite", () -> DetachedSuite.start(folder, terminal));
        try {
            Demo.run(folder, terminal);
        } finally {
            if (exit) {
                terminal.timed("stop the suite", () -> SuiteStop.stop(folder));
            }
        }
        if (!exit) {
            terminal.line("The suite is still running (alum down stops it):");
            Addresses.print(RunEnv.ofRunning(folder), terminal);
        }
    }
}
