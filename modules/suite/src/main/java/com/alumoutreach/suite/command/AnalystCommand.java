package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.AnalystAccess;
import com.alumoutreach.suite.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alum analyst}: an account of ClickHouse that sees one tenant. */
@Command(
        name = "analyst",
        description =
                "Prints a CLICKHOUSE_URL that reads one tenant's events and nothing else, alone on the last line.",
        footerHeading = "%nExample:%n",
        footer = {
            "  export CLICKHOUSE_URL=$$(alum analyst --tenant acme)",
            "  curl \"$$CLICKHOUSE_URL\" --data \"SELECT type, count() FROM events GROUP BY type\""
        })
final class AnalystCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--tenant", required = true, paramLabel = "T", description = "Whose events.")
    private String tenant = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        String url = AnalystAccess.url(data.folder(), tenant);
        new Terminal(spec.commandLine().getOut()).line(url);
    }
}
