package com.alumoutreach.suite.command;

import com.alumoutreach.suite.running.SuiteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code alum bench}: hands over to {@code infra/benchmarks}, whose libraries are on no class path but its own. */
@Command(
        name = "bench",
        description =
                "Measures relay, consumers, latency, segments, imports and analytics on servers of its own: relay, consume, latency, backlog,"
                        + " segments, import, contacts, ingest, kpi.",
        footerHeading = "%nExamples:%n",
        footer = {"  alum bench relay --events 100000 --rounds 3", "  alum bench --help"})
final class BenchCommand implements Callable<Integer> {
    private static final Path JAR = Path.of("infra", "benchmarks", "target", "benchmarks-0.1.0-SNAPSHOT.jar");

    /** Also those that begin with a hyphen; the benchmarks understand them. */
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** What an import needs is one of its figures; batches of events that are on their way should die young. */
    private List<String> heap() {
        if (arguments.contains("import")) {
            return List.of("-Xmx320m");
        }
        return arguments.contains("ingest") ? List.of("-Xmx1g", "-Xmn640m") : List.of("-Xmx1g");
    }

    @Override
    public Integer call() throws InterruptedException {
        Path jar = Path.of(System.getProperty("alum.home", "")).resolve(JAR).toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new SuiteException("the benchmarks are not built; run ./alum bench from the sources");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.addAll(heap());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        spec.commandLine().getOut().flush();
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the benchmarks", e);
        }
    }
}
