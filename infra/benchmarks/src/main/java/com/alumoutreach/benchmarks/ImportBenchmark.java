package com.alumoutreach.benchmarks;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A file of contacts through an import, beside {@code COPY} of the same rows into the same table. */
@Command(
        name = "import",
        description = "A file of contacts: its import, with events, relay and a segment, beside COPY of the same rows.",
        mixinStandardHelpOptions = true)
final class ImportBenchmark implements Callable<Integer> {
    @Option(names = "--rows", defaultValue = "1000000", description = "Of the file (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--without-service",
            description = "Only the import and its events, without relay, HTTP and segments.")
    private boolean withoutService;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench =
                Bench.start(out, Map.of("alum.bench.durables", "false", "alum.http.rate-limit.enabled", "false"))) {
            ImportFiles files = ImportFiles.write(rows);
            try {
                out.printf(
                        Locale.ROOT,
                        "%,d rows, %,d bytes of CSV; as rows of the table %,d bytes%n",
                        rows,
                        Files.size(files.upload()),
                        Files.size(files.table()));
                ImportRuns runs = new ImportRuns(bench, files, rows);
                Comparison alone = new Comparison("rows", out)
                        .add("COPY into the indexed table", runs::copy)
                        .add("import, with its events in the log", runs::importAlone);
                if (!withoutService) {
                    alone.add("… and in JetStream", runs::importAndRelay);
                }
                alone.run(rounds).print();
                if (!withoutService) {
                    runs.startService();
                    new Comparison("rows", out)
                            .add("COPY into the indexed table", runs::copy)
                            .add("upload to the last member of a segment", runs::uploadToMembers)
                            .run(rounds)
                            .print();
                }
                out.printf(Locale.ROOT, "largest resident size of this process: %,d MB%n", residentMegabytes());
                out.flush();
            } finally {
                files.delete();
            }
        }
        return 0;
    }

    /** VmHWM; 0 where there is no /proc. */
    private static long residentMegabytes() throws Exception {
        Path status = Path.of("/proc/self/status");
        List<String> lines = Files.exists(status) ? Files.readAllLines(status) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10)
                .findFirst()
                .orElse(0L);
    }
}
