package com.alumoutreach.analytics.validation;

import com.alumoutreach.analytics.kpi.EventReplay;
import com.alumoutreach.analytics.kpi.RelevantTypes;
import com.alumoutreach.backbone.logs.ServiceLogs;
import com.alumoutreach.contracts.EventEnvelope;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The raw events of a tenant, from their records: the services' logs, and the stream for events of clients that have no log. What such a
 * client said before the stream begins, ClickHouse alone knows; it is taken from there, and counted.
 */
@Singleton
class RawEvents {
    /** Envelopes have no earlier ones. */
    private static final Instant BEGIN = Instant.parse("1900-01-01T00:00:00Z");

    private final ServiceLogs logs;
    private final ForeignEvents stream;
    private final ArchivedIds archived;

    RawEvents(ServiceLogs logs, ForeignEvents stream, ArchivedIds archived) {
        this.logs = logs;
        this.stream = stream;
        this.archived = archived;
    }

    /**
     * @param named by id, those until the moment
     * @param incomplete services that did not answer
     */
    record Replayed(
            EventReplay replay,
            Map<UUID, Validation.Named> named,
            long foreign,
            long unproven,
            Set<String> incomplete) {}

    /**
     * @param forgotten events that ClickHouse may have lost by its retention, and has: they are left out of all ways
     */
    Replayed replay(String tenantId, Instant at, Predicate<EventEnvelope> forgotten)
            throws IOException, JetStreamApiException, JetStreamStatusCheckedException, InterruptedException {
        EventReplay replay = new EventReplay(tenantId, at);
        Map<UUID, Validation.Named> named = new HashMap<>();
        Set<String> incomplete =
                logs.read(tenantId, RelevantTypes.all(), BEGIN, at.plus(Duration.ofMillis(1)), event -> {
                    if (!forgotten.test(event)) {
                        replay.add(event);
                        name(event, at, named);
                    }
                });
        // As events name their service.
        Set<String> sources =
                logs.services().stream().map(service -> service + "-service").collect(Collectors.toSet());
        int own = named.size();
        ForeignEvents.Beginning beginning = stream.read(tenantId, sources, event -> {
            if (!forgotten.test(event)) {
                replay.add(event);
                name(event, at, named);
            }
        });
        int foreign = named.size() - own;
        int proven = named.size();
        // The stream may be another than the one that they came by; what it has is counted already.
        for (EventEnvelope event : archived.foreignBefore(tenantId, at, beginning, sources)) {
            if (!named.containsKey(event.id())) {
                replay.add(event);
                name(event, at, named);
            }
        }
        return new Replayed(replay, named, foreign, named.size() - proven, incomplete);
    }

    private static void name(EventEnvelope event, Instant at, Map<UUID, Validation.Named> named) {
        if (!event.timestamp().isAfter(at)) {
            named.putIfAbsent(event.id(), new Validation.Named(event.id(), event.type(), event.timestamp()));
        }
    }
}
