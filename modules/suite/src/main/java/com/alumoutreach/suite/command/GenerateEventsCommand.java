package com.alumoutreach.suite.command;

import com.alumoutreach.analytics.generating.EventGenerator;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.generating.HistoryToApi;
import com.alumoutreach.suite.generating.HistoryToClickHouse;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.RunEnv;
import com.alumoutreach.suite.terminal.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code alum generate-events}: a history to look at, or to measure with. */
@Command(
        name = "generate-events",
        description = {
            "Makes days of messages, replies and follow-ups that never happened, for a tenant of this suite.",
            "The same seed, scale and end give the same events in every run; a second run adds nothing."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum generate-events --tenant demo --days 7 --seed 1",
            "  alum generate-events --tenant load --tenants 200 --scale 250 --to clickhouse    (100 million)"
        })
final class GenerateEventsCommand implements Runnable {
    /** Where events go. */
    private enum Target {
        API,
        CLICKHOUSE
    }

    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--tenant", paramLabel = "T", required = true, description = "Whose history.")
    private String tenant = "";

    @Option(
            names = "--tenants",
            paramLabel = "N",
            description = "One each for the tenants T-0 to T-(N-1) instead, 1 to 10,000.")
    private @Nullable Integer tenants;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "7",
            description = "1 to 366 (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Any (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--scale",
            paramLabel = "K",
            defaultValue = "1",
            description = "K times some 2,000 events, 1 to 50,000 (default: ${DEFAULT-VALUE}).")
    private long scale;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "When it ends, ISO 8601 (default: now; name it to get the same again).")
    private @Nullable String until;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            defaultValue = "api",
            description = {
                "api: as every event goes (default). clickhouse: straight into the table, for",
                "benchmarks; these events are in no log and in no stream."
            })
    private Target to = Target.API;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        Instant end = end();
        List<String> names = names();
        List<EventGenerator.Plan> plans =
                names.stream().map(name -> plan(name, end)).toList();
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        DataFolder folder = data.folder();
        RunEnv env = RunEnv.ofRunning(folder);
        long begin = System.nanoTime();
        if (to == Target.API) {
            tell(folder, plans, terminal, begin);
        } else {
            write(env, plans, terminal, begin);
        }
        terminal.line("Until %s; --until %s makes the same again.", end, end);
    }

    private static void tell(DataFolder folder, List<EventGenerator.Plan> plans, Terminal terminal, long begin) {
        long accepted = 0;
        long known = 0;
        for (EventGenerator.Plan plan : plans) {
            HistoryToApi api = new HistoryToApi(
                    () -> AlumClient.of(folder, plan.tenant()),
                    told -> terminal.passing(plan.tenant() + ": " + told + " events"));
            HistoryToApi.Told told = api.tell(new EventGenerator(plan));
            accepted += told.accepted();
            known += told.known();
        }
        terminal.erase();
        terminal.line(
                "%,d new events%s, all of them in ClickHouse (%s).",
                accepted,
                known == 0 ? "" : String.format(Locale.ROOT, ", %,d were there", known),
                rate(accepted + known, begin));
    }

    private static void write(RunEnv env, List<EventGenerator.Plan> plans, Terminal terminal, long begin) {
        HistoryToClickHouse clickHouse = new HistoryToClickHouse(
                new ClickHouseQuery(env.get(RunEnv.CLICKHOUSE_URL)), rows -> terminal.passing(rows + " events"));
        plans.forEach(plan -> clickHouse.write(plan.tenant(), new EventGenerator(plan)));
        long written = clickHouse.finish();
        terminal.erase();
        terminal.line("%,d events in ClickHouse (%s).", written, rate(written, begin));
        terminal.line("They are in no log and in no stream: a comparison with Postgres finds them missing there.");
    }

    private static String rate(long events, long begin) {
        Duration time = Duration.ofNanos(System.nanoTime() - begin);
        return String.format(
                Locale.ROOT, "%s, %,d a second", Terminal.seconds(time), events * 1_000 / Math.max(1, time.toMillis()));
    }

    private List<String> names() {
        if (tenants == null) {
            return List.of(tenant);
        }
        if (tenants < 1 || tenants > 10_000) {
            throw new ParameterException(spec.commandLine(), "--tenants is 1 to 10,000");
        }
        return IntStream.range(0, tenants).mapToObj(i -> tenant + "-" + i).toList();
    }

    private EventGenerator.Plan plan(String name, Instant end) {
        try {
            return new EventGenerator.Plan(name, seed, days, scale, end);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private Instant end() {
        try {
            return until == null ? Instant.now().truncatedTo(ChronoUnit.SECONDS) : Instant.parse(until);
        } catch (DateTimeParseException e) {
            throw new ParameterException(spec.commandLine(), "Not an ISO 8601 time, as 2026-01-31T00:00:00Z: " + until);
        }
    }
}
