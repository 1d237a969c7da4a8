package com.alumoutreach.backbone.journey;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.tracing.TraceParent;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds where an event has been, in the logs and marks of all modules of this process. An id may be a correlation id or a
 * trace id, which find all that a request set off, or that of an event or an entity (a message, a contact), which finds those
 * events, what they follow from, and what follows from them.
 */
@Singleton
class JourneyService {
    static final int MAX_EVENTS = 500;

    private static final List<String> ORDER = List.of("request", "logged", "published", "handled", "archived");

    /** Events of the request itself; an import's are as many as its rows. */
    private static final int MAX_REQUESTS = 10;

    /** Longer chains of causes do not occur, unless two handlers answer each other. */
    private static final int MAX_STEPS = 30;

    private final List<LogOfModule> logs;
    private final List<MoreStations> more;

    JourneyService(List<LogOfModule> logs, List<MoreStations> more) {
        this.logs = logs;
        this.more = more;
    }

    /**
     * Asks everybody.
     *
     * @param tenantId null for all
     * @throws ProblemException JOURNEY_NOT_FOUND when no log knows the id
     */
    Journey of(String id, @Nullable String tenantId) {
        Map<UUID, LoggedEvent> events = new LinkedHashMap<>();
        add(events, everywhere(log -> log.ofCorrelation(id, tenantId, MAX_EVENTS + 1)));
        if (events.isEmpty() && TraceParent.isTraceId(id)) {
            add(events, everywhere(log -> log.ofTrace(id, tenantId, MAX_EVENTS + 1)));
        }
        if (events.isEmpty()) {
            add(events, everywhere(log -> log.ofEntity(id, tenantId, MAX_EVENTS)));
            uuid(id).ifPresent(event -> add(events, everywhere(log -> log.withIds(Set.of(event), tenantId))));
            // In this order: the effects of a cause are all that the request set off.
            addEffects(events, tenantId);
            addCauses(events, tenantId);
            addRequests(events, tenantId);
        }
        if (events.isEmpty()) {
            throw ProblemException.notFound("journey", id);
        }
        boolean truncated = events.size() > MAX_EVENTS;
        Map<UUID, LoggedEvent> shown = events.values().stream()
                .sorted(Comparator.comparing(LoggedEvent::loggedAt))
                .limit(MAX_EVENTS)
                .collect(Collectors.toMap(LoggedEvent::id, Function.identity(), (a, b) -> a, LinkedHashMap::new));
        return new Journey(id, stations(shown), truncated);
    }

    private List<Station> stations(Map<UUID, LoggedEvent> events) {
        List<Station> stations = new ArrayList<>();
        events.values().forEach(event -> {
            if (event.origin() != null) {
                stations.add(station(event, "request", event.occurredAt(), event.origin() + " by " + event.actor()));
            }
            stations.add(station(event, "logged", event.loggedAt(), "position " + event.position()));
        });
        logs.forEach(log -> stations.addAll(log.handled(events)));
        more.forEach(source -> stations.addAll(source.of(events.values())));
        // At the same moment, in the order of the house.
        stations.sort(Comparator.comparing(Station::at).thenComparing(station -> ORDER.indexOf(station.station())));
        return stations;
    }

    private static Station station(LoggedEvent event, String station, Instant at, String detail) {
        return new Station(at, station, event.source(), event.id(), event.type(), event.causationId(), detail);
    }

    private void addCauses(Map<UUID, LoggedEvent> events, @Nullable String tenantId) {
        for (int step = 0; step < MAX_STEPS; step++) {
            Set<UUID> causes = events.values().stream()
                    .map(LoggedEvent::causationId)
                    .filter(Objects::nonNull)
                    .filter(cause -> !events.containsKey(cause))
                    .collect(Collectors.toSet());
            if (causes.isEmpty() || !add(events, everywhere(log -> log.withIds(causes, tenantId)))) {
                return;
            }
        }
    }

    /** Background work continues a request without being the effect of one event. */
    private void addRequests(Map<UUID, LoggedEvent> events, @Nullable String tenantId) {
        if (!events.isEmpty() && events.values().stream().allMatch(event -> event.origin() == null)) {
            Set<String> correlations =
                    events.values().stream().map(LoggedEvent::correlationId).collect(Collectors.toSet());
            add(events, everywhere(log -> log.requests(correlations, tenantId, MAX_REQUESTS)));
        }
    }

    private void addEffects(Map<UUID, LoggedEvent> events, @Nullable String tenantId) {
        Collection<UUID> latest = List.copyOf(events.keySet());
        for (int step = 0; step < MAX_STEPS && !latest.isEmpty() && events.size() < MAX_EVENTS; step++) {
            Set<String> correlations =
                    events.values().stream().map(LoggedEvent::correlationId).collect(Collectors.toSet());
            Collection<UUID> causes = latest;
            List<LoggedEvent> effects = everywhere(log -> log.causedBy(causes, correlations, tenantId, MAX_EVENTS));
            latest = effects.stream()
                    .map(LoggedEvent::id)
                    .filter(effect -> !events.containsKey(effect))
                    .toList();
            add(events, effects);
        }
    }

    private List<LoggedEvent> everywhere(Function<LogOfModule, List<LoggedEvent>> question) {
        return logs.stream().flatMap(log -> question.apply(log).stream()).toList();
    }

    /** @return whether there were new ones */
    private static boolean add(Map<UUID, LoggedEvent> events, List<LoggedEvent> found) {
        int before = events.size();
        found.forEach(event -> events.putIfAbsent(event.id(), event));
        return events.size() > before;
    }

    private static Optional<UUID> uuid(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
