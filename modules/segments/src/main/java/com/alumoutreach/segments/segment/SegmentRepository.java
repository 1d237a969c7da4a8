package com.alumoutreach.segments.segment;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.segments.rule.Rule;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.segment.Segment.Definition;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows of {@code segments.segments}. */
@Singleton
public class SegmentRepository {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRepository.class);
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};
    private static final TypeReference<List<Map<String, Object>>> CONDITIONS = new TypeReference<>() {};

    /** What an evaluation over all contacts did until now. */
    public record Evaluated(long added, long removed, long durationMs) {}

    void insert(Handle tx, Segment segment) {
        tx.createUpdate(
                        "INSERT INTO segments.segments (id, tenant_id, name, type, definition, evaluating_after, correlation_id)"
                                + " VALUES (:id, :tenant, :name, :type, :definition::jsonb, :after, :correlation)")
                .bind("id", segment.id())
                .bind("tenant", segment.tenantId())
                .bind("name", segment.name())
                .bind("type", segment.definition().type())
                .bind("definition", json(segment.definition()))
                .bind("after", segment.evaluatingAfter())
                .bind("correlation", segment.correlationId())
                .execute();
    }

    /** Another definition, to be evaluated over all contacts. */
    void update(Handle tx, Segment segment) {
        tx.createUpdate(
                        "UPDATE segments.segments SET name = :name, definition = :definition::jsonb, version = :version,"
                                + " evaluating_after = :after, evaluation_ms = 0, evaluation_added = 0, evaluation_removed = 0,"
                                + " correlation_id = :correlation WHERE tenant_id = :tenant AND id = :id")
                .bind("id", segment.id())
                .bind("tenant", segment.tenantId())
                .bind("name", segment.name())
                .bind("definition", json(segment.definition()))
                .bind("version", segment.version())
                .bind("after", segment.evaluatingAfter())
                .bind("correlation", segment.correlationId())
                .execute();
    }

    void delete(Handle tx, String tenant, UUID id) {
        for (String table :
                List.of("members WHERE segment_id", "due_evaluations WHERE segment_id", "segments WHERE id")) {
            tx.createUpdate("DELETE FROM segments." + table + " = :id AND tenant_id = :tenant")
                    .bind("id", id)
                    .bind("tenant", tenant)
                    .execute();
        }
    }

    List<Segment> all(Handle tx, String tenant) {
        return tx.createQuery("SELECT * FROM segments.segments WHERE tenant_id = :tenant ORDER BY id")
                .bind("tenant", tenant)
                .map((row, context) -> read(row))
                .list();
    }

    public Optional<Segment> find(Handle tx, String tenant, UUID id, boolean lock) {
        return tx.createQuery("SELECT * FROM segments.segments WHERE tenant_id = :tenant AND id = :id"
                        + (lock ? " FOR UPDATE" : ""))
                .bind("tenant", tenant)
                .bind("id", id)
                .map((row, context) -> read(row))
                .findFirst();
    }

    List<Segment> list(Handle tx, String tenant, UUID after, int limit) {
        return tx.createQuery(
                        "SELECT * FROM segments.segments WHERE tenant_id = :tenant AND id > :after ORDER BY id LIMIT :limit")
                .bind("tenant", tenant)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    /** Of all tenants, the oldest first. */
    public List<Segment> unevaluated(Handle tx, int limit) {
        return tx.createQuery("SELECT * FROM segments.segments WHERE evaluating_after IS NOT NULL"
                        + " ORDER BY created_at LIMIT :limit")
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    /** Adds to what the evaluation did. */
    public void progress(Handle tx, Segment segment, Evaluated more) {
        tx.createUpdate("UPDATE segments.segments SET evaluation_added = evaluation_added + :added,"
                        + " evaluation_removed = evaluation_removed + :removed, evaluation_ms = evaluation_ms + :ms"
                        + " WHERE tenant_id = :tenant AND id = :id")
                .bind("added", more.added())
                .bind("removed", more.removed())
                .bind("ms", more.durationMs())
                .bind("tenant", segment.tenantId())
                .bind("id", segment.id())
                .execute();
    }

    /**
     * The evaluation is done.
     *
     * @return what it did; none when another definition has come meanwhile
     */
    public Optional<Evaluated> finish(Handle tx, Segment segment) {
        return tx.createQuery("UPDATE segments.segments SET evaluating_after = NULL"
                        + " WHERE tenant_id = :tenant AND id = :id AND version = :version AND evaluating_after IS NOT NULL"
                        + " RETURNING evaluation_added, evaluation_removed, evaluation_ms")
                .bind("tenant", segment.tenantId())
                .bind("id", segment.id())
                .bind("version", segment.version())
                .map((row, context) -> new Evaluated(row.getLong(1), row.getLong(2), row.getLong(3)))
                .findFirst();
    }

    /** The definition as it is stored, and as events carry it. */
    static Map<String, Object> map(Definition definition) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (definition.rule() != null) {
            map.put("rule", definition.rule().toJson());
        }
        if (definition.conditions() != null) {
            map.put("match", definition.match() == null ? "all" : definition.match());
            map.put("conditions", definition.conditions());
        }
        return map;
    }

    private static String json(Definition definition) {
        return EventCodec.mapper().valueToTree(map(definition)).toString();
    }

    private static Segment read(ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return new Segment(
                id,
                row.getString("tenant_id"),
                row.getString("name"),
                row.getString("type").equals("static")
                        ? Definition.LISTED
                        : definition(id, row.getString("definition")),
                row.getLong("version"),
                row.getString("evaluating_after"),
                row.getString("correlation_id"));
    }

    private static Definition definition(UUID id, String json) {
        try {
            Map<String, Object> map = EventCodec.mapper().readValue(json, MAP);
            List<Map<String, Object>> conditions = map.get("conditions") == null
                    ? null
                    : EventCodec.mapper().convertValue(map.get("conditions"), CONDITIONS);
            String match = map.get("match") instanceof String given ? given : null;
            return Definition.ofConditions(rule(id, map.get("rule"), match, conditions), match, conditions);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("definition in the database is not JSON", e);
        }
    }

    private static Rule rule(
            UUID id, @Nullable Object rule, @Nullable String match, @Nullable List<Map<String, Object>> conditions) {
        try {
            // The conditions were there first: they may be of before there were trees.
            return conditions == null ? RuleReader.read(rule) : RuleReader.readConditions(match, conditions);
        } catch (ProblemException e) {
            LOG.error("segment.unreadable id={} reason={}", id, e.getMessage());
            return new Rule.Any(List.of());
        }
    }
}
