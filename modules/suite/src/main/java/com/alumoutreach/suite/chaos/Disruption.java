package com.alumoutreach.suite.chaos;

/** What happens in one round. */
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

    /** Every combination comes equally often. */
    static Disruption ofRound(int round) {
        Target[] targets = Target.values();
        Way[] ways = Way.values();
        return new Disruption(targets[round % targets.length], ways[round / targets.length % ways.length]);
    }

    @Override
    public String toString() {
        return (way == Way.KILL ? "kill -9 " : "SIGSTOP ")
                + target.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
