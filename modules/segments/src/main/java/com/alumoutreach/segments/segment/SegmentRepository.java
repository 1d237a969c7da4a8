package com.alumoutreach.segments.segment;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows of {@code segments.segments}. */
@Singleton
public class SegmentRepository {
    void insert(Handle tx, Segment segment) {
        tx.createUpdate("INSERT INTO segments.segments (id, tenant_id, name, definition, correlation_id)"
                        + " VALUES (:id, :tenant, :name, :definition::jsonb, :correlation)")
                .bind("id", segment.id())
                .bind("tenant", segment.tenantId())
                .bind("name", segment.name())
                .bind("definition", json(segment))
                .bind("correlation", segment.correlationId())
                .execute();
    }

    /** Another definition, to be evaluated from the first contact on. */
    void update(Handle tx, Segment segment) {
        tx.createUpdate(
                        "UPDATE segments.segments SET name = :name, definition = :definition::jsonb, version = :version,"
                                + " evaluating_after = '', correlation_id = :correlation WHERE tenant_id = :tenant AND id = :id")
                .bind("id", segment.id())
                .bind("tenant", segment.tenantId())
                .bind("name", segment.name())
                .bind("definition", json(segment))
                .bind("version", segment.version())
                .bind("correlation", segment.correlationId())
                .execute();
    }

    void delete(Handle tx, String tenant, UUID id) {
        for (String table : List.of("members WHERE segment_id", "segments WHERE id")) {
            tx.createUpdate("DELETE FROM segments." + table + " = :id AND tenant_id = :tenant")
                    .bind("id", id)
                    .bind("tenant", tenant)
                    .execute();
        }
    }

    /** Locked against a new definition while members are decided. */
    public List<Segment> lockAll(Handle tx, String tenant) {
        return tx.createQuery("SELECT * FROM segments.segments WHERE tenant_id = :tenant ORDER BY id FOR SHARE")
                .bind("tenant", tenant)
                .map((row, context) -> read(row))
                .list();
    }

    Optional<Segment> find(Handle tx, String tenant, UUID id, boolean lock) {
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

    /** A segment that has contacts left to evaluate and that no other instance is at. */
    public Optional<Segment> claimUnevaluated(Handle tx) {
        return tx.createQuery("SELECT * FROM segments.segments WHERE evaluating_after IS NOT NULL"
                        + " ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED")
                .map((row, context) -> read(row))
                .findFirst();
    }

    /** @param after null when the evaluation is done */
    public void evaluated(Handle tx, Segment segment, @Nullable String after) {
        tx.createUpdate("UPDATE segments.segments SET evaluating_after = :after WHERE tenant_id = :tenant AND id = :id")
                .bind("after", after)
                .bind("tenant", segment.tenantId())
                .bind("id", segment.id())
                .execute();
    }

    private static String json(Segment segment) {
        return EventCodec.mapper().valueToTree(segment.definition()).toString();
    }

    private static Segment read(ResultSet row) throws SQLException {
        try {
            return new Segment(
                    row.getObject("id", UUID.class),
                    row.getString("tenant_id"),
                    row.getString("name"),
                    EventCodec.mapper().readValue(row.getString("definition"), Rule.Definition.class),
                    row.getLong("version"),
                    row.getString("evaluating_after"),
                    row.getString("correlation_id"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("definition in the database is not JSON", e);
        }
    }
}
