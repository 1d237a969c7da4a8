package com.alumoutreach.analytics.outreach;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.contracts.EventIds;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what automations outside did. An event's id is its own for ever: it is taken in the transaction that appends the event to the
 * log, so a repeated event is known as such, also when the process died before it could answer.
 */
@Singleton
class OutreachEvents {
    private final ToldIds ids;
    private final EventLog log;
    private final Clock clock;

    OutreachEvents(ToldIds ids, @Named(AnalyticsModule.NAME) EventLog log, Clock clock) {
        this.ids = ids;
        this.log = log;
        this.clock = clock;
    }

    /** What became of an event. */
    enum Outcome {
        ACCEPTED,
        DUPLICATE,
        /** The id is that of another event, whoever's. */
        CONFLICT
    }

    /**
     * An event that can be stored.
     *
     * @param event without a time of ours that it was not told with
     */
    record Prepared(ToldIds.Claim claim, ToldEvent event, EventLog.Ready ready) {}

    /** What became of it, and since when it is known to have happened. */
    record Taken(Outcome outcome, Instant happenedAt) {}

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** @param ownId for an event that has none; null for any */
    Prepared prepare(Caller caller, ToldEvent event, @Nullable UUID ownId, Instant now) {
        UUID given = event.id() == null ? ownId : event.id();
        UUID id = given == null ? EventIds.next() : given;
        Instant happenedAt = event.happenedAt() == null ? now : event.happenedAt();
        return new Prepared(
                new ToldIds.Claim(id, Digest.of(event), happenedAt),
                event,
                EventLog.happened(caller.context(), event.event(), id, happenedAt));
    }

    /** In the order given; of several events with one id the first counts. */
    List<Taken> take(Handle tx, Caller caller, List<Prepared> events) {
        Map<UUID, Prepared> first = new LinkedHashMap<>();
        events.forEach(event -> first.putIfAbsent(event.claim().id(), event));
        Set<UUID> ours = ids.take(
                tx,
                caller.tenantId(),
                first.values().stream().map(Prepared::claim).toList());
        Map<UUID, ToldIds.Claim> known = new HashMap<>(ids.known(
                tx,
                caller.tenantId(),
                first.keySet().stream().filter(id -> !ours.contains(id)).collect(Collectors.toSet())));
        List<EventLog.Ready> fresh = new ArrayList<>();
        List<Taken> taken = new ArrayList<>(events.size());
        for (Prepared event : events) {
            ToldIds.Claim claim = event.claim();
            if (ours.remove(claim.id())) {
                known.put(claim.id(), claim);
                fresh.add(event.ready());
                taken.add(new Taken(Outcome.ACCEPTED, claim.happenedAt()));
            } else {
                taken.add(repeated(claim, known.get(claim.id())));
            }
        }
        log.appendReady(tx, fresh);
        return taken;
    }

    private static Taken repeated(ToldIds.Claim claim, ToldIds.@Nullable Claim before) {
        return before != null && before.digest().equals(claim.digest())
                ? new Taken(Outcome.DUPLICATE, before.happenedAt())
                : new Taken(Outcome.CONFLICT, claim.happenedAt());
    }
}
