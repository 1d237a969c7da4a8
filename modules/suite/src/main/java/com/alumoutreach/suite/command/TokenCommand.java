package com.alumoutreach.suite.command;

import com.alumoutreach.backbone.http.Role;
import com.alumoutreach.suite.client.Token;
import com.alumoutreach.suite.terminal.Terminal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code alum token}: a bearer token for the API. */
@Command(
        name = "token",
        description = "Prints a bearer token for the API of this suite, alone on the last line.",
        footerHeading = "%nExample:%n",
        footer = {
            "  curl -H \"Authorization: Bearer $$(alum token --tenant acme --role admin)\" \\",
            "       $$ALUM_URL/api/contacts"
        })
final class TokenCommand implements Runnable {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--tenant",
            required = true,
            paramLabel = "T",
            description = "Whose data; \"platform\" sees every tenant's dead letters.")
    private String tenant = "";

    @Option(names = "--role", required = true, paramLabel = "R", description = "admin, operator or analyst.")
    private Role role = Role.ANALYST;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "12h",
            converter = TimeToLive.class,
            description = "How long it is valid, such as 30m, 12h or 7d (default: ${DEFAULT-VALUE}).")
    private Duration timeToLive = Duration.ofHours(12);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        String token = Token.issue(data.folder(), tenant, role.wireName(), timeToLive);
        new Terminal(spec.commandLine().getOut()).line(token);
    }

    static final class TimeToLive implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            String upper = text.toUpperCase(Locale.ROOT);
            try {
                Duration time = Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
                if (time.isPositive()) {
                    return time;
                }
            } catch (DateTimeParseException e) {
                // Told below, in words.
            }
            throw new TypeConversionException("'" + text + "' is not a time such as 30m, 12h or 7d");
        }
    }
}
