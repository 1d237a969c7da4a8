package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.segments.rule.RuleReader;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Forgets what happened longer ago than any rule looks back. */
@Singleton
class PruningWork implements BackgroundWork {
    private static final int CHUNK = 10_000;

    /** Nothing is missed by a clock that is a little off. */
    private static final Duration MARGIN = Duration.ofDays(1);

    private final Database database;
    private final Engagements engagements;
    private final Clock clock;

    PruningWork(Database database, Engagements engagements, Clock clock) {
        this.database = database;
        this.engagements = engagements;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "engagement-pruning";
    }

    @Override
    public Duration idle() {
        return Duration.ofHours(1);
    }

    @Override
    public boolean step() {
        long before = clock.millis() - RuleReader.LONGEST_WINDOW.plus(MARGIN).toMillis();
        return database.inSystemTransaction(tx -> engagements.prune(tx, before, CHUNK)) == CHUNK;
    }
}
