package com.alumoutreach.suite.command;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code alum replay}: gives a durable the history that it has not seen. */
@Command(
        name = "replay",
        description = {
            "Gives a consumer events from the services' logs, for example the history to a service that is new.",
            "What it has handled before has no second effect. It goes on when this command is interrupted."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum replay --durable SEGMENTS_CONTACT_CONSUMER --from 2026-01-01 --dry-run",
            "  alum replay --durable ANALYTICS_INGEST_CONSUMER --from 2026-01-01 --to 2026-02-01 --tenant acme"
        })
final class ReplayCommand implements Runnable {
    private static final String PLATFORM_TENANT = "platform";
    private static final String PATH = "/api/replays";
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    @Mixin
    private DataOption data = new DataOption();

    @Option(names = "--durable", paramLabel = "NAME", required = true, description = "The consumer to give them to.")
    private String durable = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            required = true,
            description = "Logged at or after this ISO 8601 time, or day (UTC).")
    private String from = "";

    @Option(names = "--to", paramLabel = "TIME", description = "Logged before (default: now).")
    private @Nullable String to;

    @Option(names = "--tenant", paramLabel = "TENANT", description = "Of this tenant only (default: of all).")
    private @Nullable String tenant;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2000",
            description = "At most so many events a second from each log (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--dry-run", description = "Only count them.")
    private boolean dryRun;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        ObjectNode wish = EventCodec.mapper()
                .createObjectNode()
                .put("durable", durable)
                .put("from", time(from))
                .put("ratePerSecond", rate)
                .put("dryRun", dryRun);
        if (to != null) {
            wish.put("to", time(to));
        }
        if (tenant != null) {
            wish.put("tenant", tenant);
        }
        AlumClient api = AlumClient.of(data.folder(), PLATFORM_TENANT);
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        JsonNode answer = api.post(PATH, wish);
        if (dryRun) {
            printCounts(answer.path("events"), terminal);
        } else {
            follow(api, answer.path("replay"), terminal);
        }
    }

    private static void printCounts(JsonNode events, Terminal terminal) {
        long total = 0;
        for (var type : events.properties()) {
            terminal.line("%10d  %s", type.getValue().longValue(), type.getKey());
            total += type.getValue().longValue();
        }
        terminal.line(count(total) + " would be given.");
    }

    private void follow(AlumClient api, JsonNode begun, Terminal terminal) {
        terminal.line("Replay " + begun.path("id").asText());
        JsonNode replay = begun;
        while (replay.path("status").asText().equals("running")) {
            terminal.passing(replay.path("published").asText() + " events given");
            Pause.of(LOOK_EVERY);
            replay = api.get(PATH + "/" + begun.path("id").asText());
        }
        terminal.erase();
        terminal.line(
                "%s: %s given to %s.",
                replay.path("status").asText(), count(replay.path("published").longValue()), durable);
    }

    private static String count(long events) {
        return events == 1 ? "1 event" : events + " events";
    }

    private String time(String text) {
        try {
            return (text.length() == "2026-01-01".length()
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : Instant.parse(text))
                    .toString();
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(), "Not an ISO 8601 time, as 2026-01-31T00:00:00Z or 2026-01-31: " + text);
        }
    }
}
