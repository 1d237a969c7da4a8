package com.alumoutreach.suite.command;

import com.alumoutreach.suite.client.Readiness;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.running.SuiteLock;
import com.alumoutreach.suite.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code alum status}: is it running, and is it ready? */
@Command(
        name = "status",
        description = "Tells whether the suite runs and is ready. Exits with 0 only then.",
        footerHeading = "%nExample:%n",
        footer = "  alum status && alum walk")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        DataFolder folder = data.folder();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        if (!SuiteLock.isHeld(folder)) {
            spec.commandLine().getErr().println("alum: no suite runs on " + folder.root());
            return ExitCode.SOFTWARE;
        }
        Optional<RunEnv> env = RunEnv.read(folder);
        if (env.isEmpty() || !Readiness.of(env.get().get(RunEnv.ALUM_URL))) {
            spec.commandLine().getErr().println("alum: the suite on " + folder.root() + " runs but is not ready");
            return ExitCode.SOFTWARE;
        }
        terminal.line("AlumOutreach is up and ready.");
        Addresses.print(env.get(), terminal);
        return ExitCode.OK;
    }
}
