package com.alumoutreach.peers;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;

/** Runs one peer over one backlog and prints {@code rate=<events a second>}. */
public final class PeerApplication {
    private static final double NANOS = 1e9;

    private PeerApplication() {}

    /** @param args name of the peer, events to warm up with, events to measure */
    public static void main(String[] args) throws Exception {
        int warmUp = Integer.parseInt(args[1]);
        int events = Integer.parseInt(args[2]);
        Servers servers = Servers.ofEnvironment();
        Options options = Options.builder()
                .server(servers.natsUrl())
                .errorListener(new ErrorListener() {})
                .build();
        try (Connection nats = Nats.connect(options)) {
            run(args[0], servers, nats, warmUp);
            System.out.println("rate=" + run(args[0], servers, nats, events));
        }
        // Some peers leave threads behind.
        System.exit(0);
    }

    private static double run(String name, Servers servers, Connection nats, int events) throws Exception {
        Target target = new Target(nats, events);
        Peer peer = peer(name, servers, target);
        try {
            peer.append(events, target);
            long start = System.nanoTime();
            target.open();
            target.await();
            return events * NANOS / (System.nanoTime() - start);
        } finally {
            peer.stop();
        }
    }

    private static Peer peer(String name, Servers servers, Target target) throws Exception {
        return switch (name) {
            case "gruelbox" -> new Gruelbox(servers, target);
            case "namastack" -> new Namastack(servers, target);
            case "modulith" -> new Modulith(servers, target);
            case "debezium" -> new Debezium(servers, target);
            default -> throw new IllegalArgumentException("No peer " + name);
        };
    }
}
