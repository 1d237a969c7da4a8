package com.alumoutreach.analytics.validation;

import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The latest proofs, and those that a night still asks for. */
@Singleton
public class ValidationRepository {
    /** Asks for proofs; the same again for the same night is no second one. */
    public void ask(Handle tx, LocalDate night, Collection<String> tenants) {
        if (tenants.isEmpty()) {
            return;
        }
        PreparedBatch batch = tx.prepareBatch(
                "INSERT INTO analytics.validation_nights VALUES (:night, :tenant) ON CONFLICT DO NOTHING");
        tenants.forEach(
                tenant -> batch.bind("night", night).bind("tenant", tenant).add());
        batch.execute();
    }

    /** A tenant whose figures are to be proven; any of them, so that several instances rarely take the same. */
    Optional<String> next(Handle tx) {
        return tx.createQuery("SELECT tenant_id FROM analytics.validation_nights ORDER BY random() LIMIT 1")
                .mapTo(String.class)
                .findFirst();
    }

    void done(Handle tx, String tenantId) {
        tx.createUpdate("DELETE FROM analytics.validation_nights WHERE tenant_id = :tenant")
                .bind("tenant", tenantId)
                .execute();
    }

    /** Beside an earlier one of the tenant it takes its place, unless it is of an earlier moment. */
    void keep(Handle tx, Validation validation) {
        tx.createUpdate("""
                        INSERT INTO analytics.validations (tenant_id, id, as_of, agreed)
                        VALUES (:tenant, :id, :asOf, :agreed)
                        ON CONFLICT (tenant_id) DO UPDATE
                        SET id = excluded.id, as_of = excluded.as_of, agreed = excluded.agreed, completed_at = now()
                        WHERE excluded.as_of >= validations.as_of""")
                .bind("tenant", validation.tenantId())
                .bind("id", validation.id())
                .bind("asOf", validation.asOf().atOffset(ZoneOffset.UTC))
                .bind("agreed", validation.agreed())
                .execute();
    }

    /** Tenants whose latest proof failed. */
    long disagreeing(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM analytics.validations WHERE NOT agreed")
                .mapTo(Long.class)
                .one();
    }
}
