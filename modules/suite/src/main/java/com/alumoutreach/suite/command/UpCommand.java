package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.DetachedSuite;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.running.Suite;
import com.alumoutreach.suite.running.SuiteLock;
import com.alumoutreach.suite.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alum up}: starts the suite. */
@Command(
        name = "up",
        description = {
            "Starts the servers and all services, on port 8080 or, if that is taken, a free one;",
            "on ALUM_PORT when that is set in the environment."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum up                           in the foreground; Ctrl-C stops everything",
            "  alum up --detach                  in the background, until alum down",
            "  alum up --detach --data /tmp/b    a second one beside it",
            "  source .alum/run.env && curl $$ALUM_URL/health"
        })
final class UpCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = {"-d", "--detach"},
            description = "Return when the suite is ready and leave it running.")
    private boolean detach;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        DataFolder folder = data.folder();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        if (detach) {
            boolean started = DetachedSuite.start(folder, terminal);
            terminal.line(started ? "AlumOutreach is up." : "AlumOutreach is up already.");
            Addresses.print(RunEnv.ofRunning(folder), terminal);
            return ExitCode.OK;
        }
        Optional<SuiteLock> lock = SuiteLock.acquire(folder);
        if (lock.isEmpty()) {
            String pid = SuiteLock.holder(folder)
                    .map(process -> " (process " + process.pid() + ")")
                    .orElse("");
            spec.commandLine().getErr().println("alum: a suite runs on " + folder.root() + " already" + pid);
            return ExitCode.SOFTWARE;
        }
        try (Suite suite = Suite.start(folder, lock.get(), terminal)) {
            suite.stopOnSignal();
            terminal.line("AlumOutreach is up.");
            Addresses.print(RunEnv.ofRunning(folder), terminal);
            suite.awaitEnd();
        }
        return ExitCode.OK;
    }
}
