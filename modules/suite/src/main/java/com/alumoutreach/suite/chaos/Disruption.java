package com.alumoutreach.suite.chaos;

import java.util.List;

/** What is done to one of the parts that run. */
record Disruption(Target target, Way way) {
    /** To whom. */
    enum Target {
        SERVICE,
        RELAY_LEADER,
        NATS,
        POSTGRES,
        CLICKHOUSE
    }

    /** How: {@code kill -9} and start again, or {@code SIGSTOP} for some seconds. */
    enum Way {
        KILL,
        PAUSE
    }

    /** How many there are. */
    static final int COMBINATIONS = Target.values().length * Way.values().length;

    /** None is a multiple of the number of targets: that would be one target twice. */
    private static final int[] SHIFTS = {1, 3, 2, 4, 6};

    /**
     * Two that come at the same time, of different targets. Every ten rounds each combination comes twice, and each ten rounds
     * they are paired differently.
     */
    static List<Disruption> ofRound(int round) {
        int shift = SHIFTS[round / COMBINATIONS % SHIFTS.length];
        return List.of(combination(round), combination(round + shift));
    }

    private static Disruption combination(int number) {
        Target[] targets = Target.values();
        Way[] ways = Way.values();
        return new Disruption(targets[number % targets.length], ways[number / targets.length % ways.length]);
    }

    @Override
    public String toString() {
        return (way == Way.KILL ? "kill -9 " : "SIGSTOP ")
                + target.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
