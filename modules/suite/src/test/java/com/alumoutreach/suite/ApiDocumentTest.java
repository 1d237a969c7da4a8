package com.alumoutreach.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.contracts.InvalidEventException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/api.md} names the codes that the services answer with, and no others. */
class ApiDocumentTest {
    private static final Path ROOT = Path.of(System.getProperty("alum.root", "../.."));
    private static final Pattern ROW = Pattern.compile("^\\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \\|", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([A-Z_]+)`");
    private static final Pattern THROWN = Pattern.compile(
            "(?:badRequest|conflict|new ProblemException)\\(\\s*(?:HttpStatus\\.\\w+,\\s*)?\"([A-Z_]*[A-Z])\"");
    private static final Pattern ANSWERED = Pattern.compile("(?:return|->|\\?|,|:)\\s*\"([A-Z_]{4,})\"");
    private static final Pattern CONSTANT = Pattern.compile("private static final String ([A-Z_]+) = \"\\1\"");
    private static final Pattern FLAG = Pattern.compile("Flag\\.of\\(\"(\\w+)\"");
    private static final Pattern MISSING = Pattern.compile("notFound\\(\"([a-z ]+)\"");

    /** Codes that are the names of statuses, which the framework chooses. */
    private static final List<String> OF_STATUSES =
            List.of("METHOD_NOT_ALLOWED", "NOT_ACCEPTABLE", "UNSUPPORTED_MEDIA_TYPE");

    @Test
    void theTableNamesTheCodesThatTheCodeKnows() throws IOException {
        Set<String> documented = new TreeSet<>();
        ROW.matcher(Files.readString(ROOT.resolve("docs/api.md")))
                .results()
                .forEach(row -> CODE.matcher(row.group(1)).results().forEach(code -> documented.add(code.group(1))));

        assertThat(documented).isEqualTo(known());
    }

    private static Set<String> known() throws IOException {
        Set<String> codes = new TreeSet<>(OF_STATUSES);
        codes.addAll(List.of(
                InvalidEventException.MALFORMED,
                InvalidEventException.UNKNOWN_TYPE,
                InvalidEventException.UNKNOWN_VERSION,
                InvalidEventException.INVALID_DATA));
        try (Stream<Path> files = Files.walk(ROOT.resolve("modules"))) {
            files.filter(file -> file.toString().contains("/src/main/java/")
                            && file.toString().endsWith(".java"))
                    .forEach(file -> codes.addAll(in(file)));
        }
        return codes;
    }

    private static Set<String> in(Path file) {
        try {
            String source = Files.readString(file);
            Set<String> codes = new TreeSet<>();
            THROWN.matcher(source).results().forEach(code -> codes.add(code.group(1)));
            FLAG.matcher(source)
                    .results()
                    .forEach(name -> codes.add("INVALID_"
                            + name.group(1).replaceAll("(?=[A-Z])", "_").toUpperCase(Locale.ROOT)));
            MISSING.matcher(source)
                    .results()
                    .forEach(what ->
                            codes.add(what.group(1).toUpperCase(Locale.ROOT).replace(' ', '_') + "_NOT_FOUND"));
            if (file.endsWith("Problems.java")) {
                ANSWERED.matcher(source).results().forEach(code -> codes.add(code.group(1)));
                CONSTANT.matcher(source).results().forEach(code -> codes.add(code.group(1)));
            }
            return codes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
