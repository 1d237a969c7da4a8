package com.alumoutreach.backbone.replay;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.contracts.EventIds;
import io.nats.client.JetStreamApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Backfills over all logs of this process. */
@Singleton
class ReplayService {
    private static final int NOT_FOUND = 404;

    private final List<ReplayLog> logs;
    private final NatsConnection nats;
    private final Database database;

    ReplayService(List<ReplayLog> logs, NatsConnection nats, Database database) {
        this.logs = logs;
        this.nats = nats;
        this.database = database;
    }

    /** How many events of each type would be given. */
    Map<String, Long> count(ReplayRequest request) {
        Map<String, Long> counts = new TreeMap<>();
        logs.forEach(log -> log.count(request).forEach((type, n) -> counts.merge(type, n, Long::sum)));
        return counts;
    }

    /**
     * Begins in all logs, or none.
     *
     * @param tx of the house
     */
    UUID begin(Handle tx, ReplayRequest request) {
        UUID id = EventIds.next();
        logs.forEach(log -> log.begin(tx, id, request));
        return id;
    }

    Optional<Replay> find(UUID id) {
        return database.inSystemTransaction(tx -> find(tx, id));
    }

    Optional<Replay> find(Handle tx, UUID id) {
        return logs.stream().flatMap(log -> log.find(tx, id).stream()).reduce(Replay::plus);
    }

    void cancel(UUID id) {
        logs.forEach(log -> log.cancel(id));
    }

    /**
     * What a durable listens to, as regular expressions.
     *
     * @throws ProblemException DURABLE_NOT_FOUND
     */
    List<String> patterns(String durable) {
        try {
            @Nullable
            List<String> filters = nats.require()
                    .jetStreamManagement()
                    .getConsumerInfo(EventStream.EVENTS.streamName(), durable)
                    .getConsumerConfiguration()
                    .getFilterSubjects();
            return filters == null || filters.isEmpty()
                    ? List.of("")
                    : filters.stream().map(ReplayService::pattern).toList();
        } catch (IOException e) {
            throw new NatsAwayException("NATS cannot be asked for the durable", e);
        } catch (JetStreamApiException e) {
            if (e.getErrorCode() == NOT_FOUND) {
                throw ProblemException.notFound("durable", durable);
            }
            throw new NatsAwayException("JetStream refused: " + e.getMessage(), e);
        }
    }

    /** NATS: {@code *} is one token, {@code >} at the end is one or more. */
    static String pattern(String filter) {
        StringBuilder pattern = new StringBuilder("^");
        for (String token : filter.split("\\.")) {
            if (pattern.length() > 1) {
                pattern.append("\\.");
            }
            pattern.append(
                    switch (token) {
                        case "*" -> "[^.]+";
                        case ">" -> ".+";
                        default ->
                            Pattern.compile("[^A-Za-z0-9_]").matcher(token).replaceAll("\\\\$0");
                    });
        }
        return pattern.append('$').toString();
    }
}
