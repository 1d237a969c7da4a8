package com.alumoutreach.suite.command;

import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alum trace}: where an event has been. */
@Command(
        name = "trace",
        description = {
            "Shows every station of what an id stands for, in the order of time: the request, logs, the stream,",
            "the consumers, ClickHouse."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum trace 01a1fd40-a1e8-7117-8cb2-fc859fd28f33    an event, a message, a contact, a campaign, ...",
            "  alum trace my-correlation-id                       all that one request set off (X-Correlation-Id)",
            "  alum trace 4bf92f3577b34da6a3ce929d0e0e4736        the same by its trace id (traceparent)"
        })
final class TraceCommand implements Runnable {
    private static final String PLATFORM_TENANT = "platform";

    @Mixin
    private DataOption data = new DataOption();

    @Parameters(paramLabel = "ID", description = "A correlation id, a trace id, or the id of an event or entity.")
    private String id = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        JsonNode journey = AlumClient.of(data.folder(), PLATFORM_TENANT)
                .get("/api/events/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "/journey");
        Terminal terminal = new Terminal(spec.commandLine().getOut());
        JsonNode stations = journey.path("stations");
        Instant start = Instant.parse(stations.path(0).path("at").asText());
        terminal.line("%s", start);
        for (JsonNode station : stations) {
            terminal.line(
                    "%10s  %-9s  %-28s  %-26s  %s  %s",
                    "+"
                            + Duration.between(
                                            start,
                                            Instant.parse(station.path("at").asText()))
                                    .toMillis() + " ms",
                    station.path("station").asText(),
                    station.path("where").asText(),
                    station.path("type").asText(),
                    station.path("eventId").asText(),
                    station.path("detail").asText());
        }
        if (journey.path("truncated").asBoolean()) {
            terminal.line("There are more events; the oldest are shown.");
        }
    }
}
