package com.alumoutreach.suite.command;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.terminal.Terminal;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alum dlq}: what consumers gave up on. */
@Command(
        name = "dlq",
        description = "Looks at dead letters (events that a consumer gave up on), redelivers or discards them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  alum dlq list --durable SEGMENTS_CONTACT_CONSUMER",
            "  alum dlq show 17",
            "  alum dlq redeliver 17 18",
            "  alum dlq redeliver --durable SEGMENTS_CONTACT_CONSUMER --dry-run",
            "  alum dlq discard --subject contact.created --to 2026-01-31T00:00:00Z"
        })
final class DeadLetterCommand implements Runnable {
    /** Dead letters belong to consumers, not to tenants: only the platform's own admins see all of them. */
    private static final String PLATFORM_TENANT = "platform";

    private static final String PATH = "/api/dead-letters";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    private boolean help;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "list, show, redeliver or discard?");
    }

    @Command(name = "list", description = "Lists dead letters, oldest first.")
    void list(
            @Mixin DataOption data,
            @Option(names = "--durable", paramLabel = "NAME", description = "Of this consumer only.") @Nullable
                    String durable,
            @Option(names = "--subject", paramLabel = "SUBJECT", description = "With this original subject only.")
                    @Nullable
                    String subject,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most (default: ${DEFAULT-VALUE}).")
                    int limit) {
        JsonNode letters = client(data)
                .get(PATH + "?limit=" + limit + query("durable", durable) + query("subject", subject))
                .path("items");
        letters.forEach(letter -> print(letter, terminal()));
        terminal().line(letters.isEmpty() ? "No dead letters." : count(letters.size()) + ".");
    }

    @Command(name = "show", description = "Shows one dead letter whole, as JSON.")
    void show(
            @Mixin DataOption data,
            @Parameters(paramLabel = "POSITION", description = "As in the list.") long position) {
        terminal().line(client(data).get(PATH + "/" + position).toPrettyString());
    }

    @Command(name = "redeliver", description = "Gives dead letters back to the one consumer that gave them up.")
    void redeliver(@Mixin DataOption data, @Mixin Selection selection) {
        handle(data, PATH + "/redeliver", selection, "redelivered");
    }

    @Command(name = "discard", description = "Throws dead letters away, for good.")
    void discard(@Mixin DataOption data, @Mixin Selection selection) {
        handle(data, PATH + "/discard", selection, "discarded");
    }

    private static AlumClient client(DataOption data) {
        return AlumClient.of(data.folder(), PLATFORM_TENANT);
    }

    private Terminal terminal() {
        return new Terminal(spec.commandLine().getOut());
    }

    private static String query(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** One request takes a bounded number of letters; those that it took are no longer there for the next. */
    private void handle(DataOption data, String path, Selection selection, String verb) {
        ObjectNode choice = selection.toJson(spec);
        AlumClient api = client(data);
        boolean once = selection.dryRun || !selection.positions.isEmpty();
        long handled = 0;
        JsonNode letters;
        do {
            letters = api.post(path, choice).path("letters");
            letters.forEach(letter -> print(letter, terminal()));
            handled += letters.size();
        } while (!once && !letters.isEmpty());
        terminal().line(count(handled) + (selection.dryRun ? " would be " : " ") + verb + ".");
    }

    private static void print(JsonNode letter, Terminal terminal) {
        terminal.line(
                "%8s  %-30s  %-28s  %s: %s",
                letter.path("position").asText(),
                letter.path("durable").asText(),
                letter.path("subject").asText(),
                letter.path("errorCode").asText(),
                letter.path("errorMessage").asText());
    }

    private static String count(long letters) {
        return letters == 1 ? "1 dead letter" : letters + " dead letters";
    }

    /** Which dead letters: some positions, or all that match. */
    static final class Selection {
        @Parameters(arity = "0..*", paramLabel = "POSITION", description = "Positions as in the list.")
        private List<Long> positions = List.of();

        @Option(names = "--durable", paramLabel = "NAME", description = "All of this consumer.")
        private @Nullable String durable;

        @Option(names = "--subject", paramLabel = "SUBJECT", description = "All with this original subject.")
        private @Nullable String subject;

        @Option(names = "--from", paramLabel = "TIME", description = "Given up at or after this ISO 8601 time.")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "TIME", description = "Given up before this ISO 8601 time.")
        private @Nullable String to;

        @Option(names = "--dry-run", description = "Only count them.")
        private boolean dryRun;

        /** @throws ParameterException when nothing is selected: "all" has to be said on purpose */
        ObjectNode toJson(CommandSpec spec) {
            if (positions.isEmpty() && durable == null && subject == null && from == null && to == null) {
                throw new ParameterException(
                        spec.commandLine(), "Which ones? Give positions, --durable, --subject, --from or --to");
            }
            ObjectNode json = EventCodec.mapper().createObjectNode();
            positions.forEach(json.withArray("positions")::add);
            if (positions.isEmpty()) {
                json.remove("positions");
            }
            put(json, "durable", durable);
            put(json, "subject", subject);
            put(json, "from", from);
            put(json, "to", to);
            return json.put("dryRun", dryRun);
        }

        private static void put(ObjectNode json, String name, @Nullable String value) {
            if (value != null) {
                json.put(name, value);
            }
        }
    }
}
