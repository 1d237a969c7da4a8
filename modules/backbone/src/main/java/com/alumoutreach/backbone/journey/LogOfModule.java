package com.alumoutreach.backbone.journey;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** One schema's log and marks, as far as a journey goes through them. */
@EachBean(ServiceModule.class)
class LogOfModule {
    /** The few kinds of entities, each found by one step in the index that begins with them. */
    private static final String ENTITY_TYPES = """
            WITH RECURSIVE types AS (
              (SELECT primary_entity_type AS type FROM %1$s.system_events ORDER BY primary_entity_type LIMIT 1)
              UNION ALL
              SELECT (SELECT primary_entity_type FROM %1$s.system_events
                      WHERE primary_entity_type > types.type ORDER BY primary_entity_type LIMIT 1)
              FROM types WHERE types.type IS NOT NULL)
            SELECT type FROM types WHERE type IS NOT NULL""";

    private final String module;
    private final Database database;
    private final List<String> durables;

    LogOfModule(@Parameter ServiceModule module, Database database, List<DurableConsumer> consumers) {
        this.module = module.schema();
        this.database = database;
        this.durables = consumers.stream()
                .filter(consumer -> consumer.module().equals(module.schema()))
                .map(DurableConsumer::durable)
                .toList();
    }

    /** @param tenantId null for all */
    List<LoggedEvent> ofCorrelation(String correlationId, @Nullable String tenantId, int limit) {
        return find("correlation_id = :id", tenantId, limit, Map.of("id", correlationId));
    }

    /** As the index has them. */
    List<LoggedEvent> ofTrace(String traceId, @Nullable String tenantId, int limit) {
        return find(
                "substr(trace_parent, 4, 32) COLLATE \"C\" = :id AND trace_parent IS NOT NULL",
                tenantId,
                limit,
                Map.of("id", traceId));
    }

    List<LoggedEvent> ofEntity(String entityId, @Nullable String tenantId, int limit) {
        return find(
                "primary_entity_id = :id AND primary_entity_type IN (" + ENTITY_TYPES.formatted(module) + ")",
                tenantId,
                limit,
                Map.of("id", entityId));
    }

    List<LoggedEvent> withIds(Collection<UUID> ids, @Nullable String tenantId) {
        return find("id = ANY(:ids)", tenantId, ids.size(), Map.of("ids", ids.toArray(UUID[]::new)));
    }

    List<LoggedEvent> causedBy(
            Collection<UUID> ids, Collection<String> correlations, @Nullable String tenantId, int limit) {
        return find(
                "correlation_id = ANY(:correlations) AND causation_id = ANY(:ids)",
                tenantId,
                limit,
                Map.of("ids", ids.toArray(UUID[]::new), "correlations", correlations.toArray(String[]::new)));
    }

    /** The requests that began it all. */
    List<LoggedEvent> requests(Collection<String> correlations, @Nullable String tenantId, int limit) {
        return find(
                "correlation_id = ANY(:correlations) AND origin IS NOT NULL",
                tenantId,
                limit,
                Map.of("correlations", correlations.toArray(String[]::new)));
    }

    /** When this module's durables handled events. */
    List<Station> handled(Map<UUID, LoggedEvent> events) {
        if (durables.isEmpty() || events.isEmpty()) {
            return List.of();
        }
        return database.inSystemTransaction(tx -> tx.createQuery("SELECT * FROM " + module
                        + ".processed_events WHERE consumer = ANY(:durables) AND event_id = ANY(:ids)")
                .bindArray("durables", String.class, durables.toArray())
                .bindArray("ids", UUID.class, events.keySet().toArray())
                .map((row, context) -> {
                    LoggedEvent event = Objects.requireNonNull(events.get(row.getObject("event_id", UUID.class)));
                    return new Station(
                            row.getObject("processed_at", OffsetDateTime.class).toInstant(),
                            "handled",
                            row.getString("consumer"),
                            event.id(),
                            event.type(),
                            event.causationId(),
                            "by " + module);
                })
                .list());
    }

    private List<LoggedEvent> find(
            String condition, @Nullable String tenantId, int limit, Map<String, Object> parameters) {
        return database.inSystemTransaction(tx -> {
            Query query = tx.createQuery("SELECT * FROM " + module
                            + ".system_events WHERE (:tenant::text IS NULL OR org_id = :tenant) AND " + condition
                            + " ORDER BY seq LIMIT :limit")
                    .bind("tenant", tenantId)
                    .bind("limit", limit);
            parameters.forEach((name, value) -> {
                switch (value) {
                    case UUID[] ids -> query.bindArray(name, UUID.class, (Object[]) ids);
                    case String[] texts -> query.bindArray(name, String.class, (Object[]) texts);
                    default -> query.bind(name, value);
                }
            });
            return query.map((row, context) -> event(row)).list();
        });
    }

    private static LoggedEvent event(ResultSet row) throws SQLException {
        return new LoggedEvent(
                row.getObject("id", UUID.class),
                row.getString("org_id"),
                row.getString("event_type"),
                row.getString("source"),
                row.getString("correlation_id"),
                row.getObject("causation_id", UUID.class),
                row.getString("actor_type") + " " + row.getString("actor_id"),
                row.getString("origin"),
                row.getLong("seq"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
