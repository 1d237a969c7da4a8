package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Small transactions at a fixed rate, each with one event; how long after its commit an event is in JetStream. */
final class CommitToAcknowledgement {
    private final Bench bench;
    private final PrintWriter out;
    private final EventLog log;

    CommitToAcknowledgement(Bench bench, PrintWriter out) {
        this.bench = bench;
        this.out = out;
        this.log = bench.context().getBean(EventLog.class, Qualifiers.byName(BenchModule.NAME));
    }

    void run(int perSecond, int seconds, int rounds) throws Exception {
        out.printf("commit to JetStream, %,d transactions a second for %d s a round%n", perSecond, seconds);
        LatencyTable fromCommit = new LatencyTable("commit to JetStream acknowledgement", out);
        LatencyTable fromDue = new LatencyTable("due time of the transaction to the same", out);
        try (RunningRelay relay = RunningRelay.start(bench)) {
            relay.awaitPassed(bench.number("SELECT coalesce(max(seq), 0) FROM bench.system_events"));
            for (int round = 0; round <= rounds; round++) {
                round(round, perSecond, perSecond * seconds, fromCommit, fromDue);
            }
        }
        fromCommit.print();
        fromDue.print();
    }

    private void round(int round, int perSecond, int count, LatencyTable fromCommit, LatencyTable fromDue)
            throws Exception {
        Map<String, Long> due = new ConcurrentHashMap<>();
        Map<String, Long> committed = new ConcurrentHashMap<>();
        try (StreamWatch watch = new StreamWatch(bench.connect(), List.of())) {
            OpenLoop.run(perSecond, count, (number, dueNanos) -> {
                String correlation = round + "-" + number;
                bench.database()
                        .useTransaction(
                                BenchModule.TENANT,
                                tx -> log.append(
                                        tx,
                                        EventContext.background(BenchModule.TENANT, correlation, BenchModule.NAME),
                                        BenchModule.created()));
                committed.put(correlation, System.nanoTime());
                due.put(correlation, dueNanos);
            });
            Load.await(watch::storedCount, count);
            Map<String, Long> stored = watch.storedByCorrelation();
            fromCommit.add(round, Load.differences(committed, stored));
            fromDue.add(round, Load.differences(due, stored));
        }
    }
}
