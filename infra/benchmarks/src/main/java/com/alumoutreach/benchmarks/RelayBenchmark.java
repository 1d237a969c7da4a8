package com.alumoutreach.benchmarks;

import io.nats.client.Connection;
import io.nats.client.api.MessageInfo;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Committed events to JetStream acknowledgements, beside bare publishing of the same bytes. */
@Command(
        name = "relay",
        description =
                "Relay: committed events to JetStream acknowledgements, against raw atomic batches of the same bytes.",
        mixinStandardHelpOptions = true)
final class RelayBenchmark implements Callable<Integer> {
    private static final String SUBJECT = "contact.created";
    private static final int DEBEZIUM_FACTOR = 10;

    @Option(names = "--events", defaultValue = "200000", description = "Events a run (default: ${DEFAULT-VALUE}).")
    private int events;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "Also other outboxes, each in a process of its own: gruelbox,namastack,modulith,debezium.")
    private List<String> peers = List.of();

    @Option(
            names = "--peer-events",
            defaultValue = "4000",
            description = "Events a run of a peer; Debezium gets ten times as many (default: ${DEFAULT-VALUE}).")
    private int peerEvents;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.start(out);
                Connection nats = bench.connect()) {
            byte[] body = bodyOfOne(bench, nats);
            out.printf(
                    "%,d events a run, payload %d bytes, envelope %d bytes, %d rounds in turns after a warm-up%n",
                    events, FilledLog.PAYLOAD_BYTES, body.length, rounds);
            Comparison comparison = new Comparison("events", out)
                    .add("raw jnats atomic batches of 1,000", () -> raw(nats, body))
                    .add("relay", () -> relay(bench, nats, events));
            if (!peers.isEmpty()) {
                addPeers(comparison, bench);
            }
            comparison.run(rounds).print();
        }
        return 0;
    }

    private void addPeers(Comparison comparison, Bench bench) throws Exception {
        if (!PeerProcess.available()) {
            throw new IllegalStateException("The peers are not built: mvn package -DskipTests -pl infra/peers");
        }
        bench.allowLogicalReplication();
        for (String peer : peers) {
            int count = peer.equals("debezium") ? peerEvents * DEBEZIUM_FACTOR : peerEvents;
            comparison.add(peer, () -> PeerProcess.rate(bench, peer, count));
        }
    }

    /** What the relay makes of an event: the bytes that the baseline publishes. */
    private static byte[] bodyOfOne(Bench bench, Connection nats) throws Exception {
        relay(bench, nats, 1);
        MessageInfo last = nats.jetStreamManagement().getLastMessage("ALUM_EVENTS", SUBJECT);
        return last.getData();
    }

    private double raw(Connection nats, byte[] body) throws Exception {
        nats.jetStreamManagement().purgeStream("ALUM_EVENTS");
        long start = System.nanoTime();
        RawBatches.publish(nats, SUBJECT, body, events);
        return Figures.perSecond(events, start);
    }

    private static double relay(Bench bench, Connection nats, int events) throws Exception {
        nats.jetStreamManagement().purgeStream("ALUM_EVENTS");
        long last = FilledLog.append(bench, events);
        long start = System.nanoTime();
        try (RunningRelay relay = RunningRelay.start(bench)) {
            relay.awaitPassed(last);
            return Figures.perSecond(events, start);
        }
    }
}
