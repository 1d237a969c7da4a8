package com.alumoutreach.suite.chaos;

import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.SuiteException;
import com.alumoutreach.suite.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Two processes with all services on one set of servers, clients that make contacts, and every few seconds two things that are
 * killed or stopped at the same time. After every ten rounds the load rests, and everything is counted.
 */
public final class Chaos {
    private static final int COUNT_EVERY = 10;
    private static final int MAX_BETWEEN_MILLIS = 600;

    private Chaos() {}

    /**
     * Ends at the first loss or second effect.
     *
     * @param folder empty; the data of the run stay there
     * @param rounds from 1; two disruptions each; five targets and two ways take turns
     * @throws SuiteException when something was lost or doubled
     */
    public static void run(Path folder, int rounds, long seed, Terminal terminal) {
        Random random = new Random(seed);
        terminal.line("Seed %d, data in %s", seed, folder);
        try (Cluster cluster = new Cluster(folder, random);
                Load load = new Load(cluster)) {
            load.makeSegment();
            Audit audit = new Audit(cluster);
            terminal.line("%7s  %9s  %9s  %5s  %7s", "rounds", "accepted", "effects", "lost", "doubled");
            for (int first = 0; first < rounds; first += COUNT_EVERY) {
                int last = Math.min(rounds, first + COUNT_EVERY);
                load.go();
                for (int round = first; round < last; round++) {
                    Pause.of(Duration.ofMillis(random.nextInt(MAX_BETWEEN_MILLIS)));
                    List<Disruption> disruptions = Disruption.ofRound(round);
                    terminal.passing("round " + (round + 1) + ": "
                            + disruptions.stream().map(Disruption::toString).collect(Collectors.joining(", ")));
                    cluster.disrupt(disruptions);
                }
                cluster.awaitReady();
                load.rest();
                Tally tally = audit.after(load.accepted());
                terminal.erase();
                terminal.line(
                        "%7d  %9d  %9d  %5d  %7d",
                        last, tally.accepted(), tally.effects(), tally.lost(), tally.doubled());
                if (!tally.clean()) {
                    throw new SuiteException("after round " + last + " " + tally.lost() + " lost, " + tally.doubled()
                            + " doubled; run again with --seed " + seed);
                }
            }
        }
    }
}
