package com.alumoutreach.analytics.reconciliation;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventIds;
import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code reconciliations}. A tenant sees its own; those of all tenants are the platform's. */
@Singleton
class ReconciliationRepository {
    /** Then something is wrong that another try does not mend; the alert tells. */
    private static final int MAX_ATTEMPTS = 20;

    private static final String INSERT = """
            INSERT INTO analytics.reconciliations (id, tenant_id, from_at, to_at, requested_by, night, status)
            VALUES (:id, :tenant, :from, :to, :by, :night, 'running') ON CONFLICT (night) DO NOTHING""";

    /** @param night of a nightly one; there is one of each night, whoever comes first */
    UUID insert(Handle tx, Range range, String requestedBy, @Nullable LocalDate night) {
        UUID id = EventIds.next();
        tx.createUpdate(INSERT)
                .bind("id", id)
                .bind("tenant", range.tenantId())
                .bind("from", range.from().atOffset(ZoneOffset.UTC))
                .bind("to", range.to().atOffset(ZoneOffset.UTC))
                .bind("by", requestedBy)
                .bind("night", night)
                .execute();
        return id;
    }

    /** @param tenantId null for whoever sees all */
    Optional<Reconciliation> find(Handle tx, UUID id, @Nullable String tenantId) {
        return tx.createQuery("SELECT * FROM analytics.reconciliations"
                        + " WHERE id = :id AND (:tenant::text IS NULL OR tenant_id = :tenant)")
                .bind("id", id)
                .bind("tenant", tenantId)
                .map((row, context) -> reconciliation(row))
                .findFirst();
    }

    /**
     * Newest first.
     *
     * @param tenantId null for whoever sees all
     * @param before older than this one; null for the newest
     */
    List<Reconciliation> list(Handle tx, @Nullable String tenantId, @Nullable UUID before, int limit) {
        return tx.createQuery(
                        "SELECT * FROM analytics.reconciliations WHERE (:tenant::text IS NULL OR tenant_id = :tenant)"
                                + " AND (:before::uuid IS NULL OR id < :before::uuid) ORDER BY id DESC LIMIT :limit")
                .bind("tenant", tenantId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> reconciliation(row))
                .list();
    }

    /** One that the tenant asked for and that is not over yet. */
    Optional<UUID> running(Handle tx, String tenantId) {
        return tx.createQuery(
                        "SELECT id FROM analytics.reconciliations WHERE status = 'running' AND tenant_id = :tenant LIMIT 1")
                .bind("tenant", tenantId)
                .mapTo(UUID.class)
                .findFirst();
    }

    /** A nightly one, else the one that waits longest. To be asked by who holds the lock. */
    Optional<Reconciliation> next(Handle tx) {
        return tx.createQuery("SELECT * FROM analytics.reconciliations WHERE status = 'running'"
                        + " ORDER BY night IS NULL, created_at, id LIMIT 1")
                .map((row, context) -> reconciliation(row))
                .findFirst();
    }

    /** Counts an attempt before it is made; the last one too many ends the comparison. */
    void attempt(Handle tx, UUID id) {
        tx.createUpdate("UPDATE analytics.reconciliations SET attempts = attempts + 1,"
                        + " status = CASE WHEN attempts >= :most THEN 'failed' ELSE status END,"
                        + " completed_at = CASE WHEN attempts >= :most THEN now() END WHERE id = :id")
                .bind("most", MAX_ATTEMPTS)
                .bind("id", id)
                .execute();
    }

    void complete(Handle tx, UUID id, Outcome outcome) {
        try {
            tx.createUpdate("UPDATE analytics.reconciliations SET status = 'completed', completed_at = now(),"
                            + " outcome = :outcome::jsonb WHERE id = :id")
                    .bind("outcome", EventCodec.mapper().writeValueAsString(outcome))
                    .bind("id", id)
                    .execute();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last night of which there is one. */
    Optional<LocalDate> lastNight(Handle tx) {
        return tx.createQuery(
                        "SELECT night FROM analytics.reconciliations WHERE night IS NOT NULL ORDER BY night DESC LIMIT 1")
                .mapTo(LocalDate.class)
                .findFirst();
    }

    /** The last one of all tenants that came to an end. */
    Optional<Outcome> lastOutcome(Handle tx) {
        return tx.createQuery("SELECT outcome::text FROM analytics.reconciliations"
                        + " WHERE tenant_id IS NULL AND status = 'completed' ORDER BY completed_at DESC LIMIT 1")
                .map((row, context) -> outcome(row.getString(1)))
                .findFirst();
    }

    /** When the last one of all tenants ended with everything the same; before there was one, when the first was begun. */
    Optional<Instant> lastAgreement(Handle tx) {
        return tx.createQuery(
                        "SELECT coalesce(max(completed_at) FILTER (WHERE (outcome->>'agreed')::boolean), min(created_at))"
                                + " FROM analytics.reconciliations WHERE tenant_id IS NULL")
                .mapTo(OffsetDateTime.class)
                .findFirst()
                .map(OffsetDateTime::toInstant);
    }

    private static Reconciliation reconciliation(ResultSet row) throws SQLException {
        OffsetDateTime completed = row.getObject("completed_at", OffsetDateTime.class);
        String outcome = row.getString("outcome");
        return new Reconciliation(
                row.getObject("id", UUID.class),
                row.getString("tenant_id"),
                row.getObject("from_at", OffsetDateTime.class).toInstant(),
                row.getObject("to_at", OffsetDateTime.class).toInstant(),
                row.getString("requested_by"),
                row.getString("status"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                completed == null ? null : completed.toInstant(),
                outcome == null ? null : outcome(outcome));
    }

    private static Outcome outcome(String json) {
        try {
            return EventCodec.mapper().readValue(json, Outcome.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("outcome in the database is not one", e);
        }
    }
}
