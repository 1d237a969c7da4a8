package com.alumoutreach.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The stations in {@code docs/architecture.md} are the classes that call themselves so. */
class StationTableTest {
    private static final Path ROOT = Path.of(System.getProperty("alum.root", "../.."));
    private static final Pattern ROW = Pattern.compile("^\\| (\\d) \\| `(\\w+)` \\|", Pattern.MULTILINE);
    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*\\s+(?:\\* )?Station (\\d):");

    @Test
    void theTableNamesTheClassesThatSayWhichStationTheyAre() throws IOException {
        Map<Integer, String> inTable = new TreeMap<>();
        Matcher rows = ROW.matcher(Files.readString(ROOT.resolve("docs/architecture.md")));
        while (rows.find()) {
            inTable.put(Integer.parseInt(rows.group(1)), rows.group(2));
        }

        assertThat(inTable).hasSize(8).isEqualTo(inSources());
    }

    private static Map<Integer, String> inSources() throws IOException {
        Map<Integer, String> stations = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("modules"))) {
            files.filter(file -> file.toString().contains("/src/main/java/")
                            && file.toString().endsWith(".java"))
                    .forEach(file -> {
                        Matcher javadoc = JAVADOC.matcher(text(file));
                        if (javadoc.find()) {
                            String before = stations.put(Integer.parseInt(javadoc.group(1)), className(file));
                            assertThat(before)
                                    .as("only one is station " + javadoc.group(1))
                                    .isNull();
                        }
                    });
        }
        return stations;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }
}
