package com.alumoutreach.backbone.privacy;

import java.nio.charset.StandardCharsets;
import org.jdbi.v3.core.Handle;

/**
 * The answers that are kept for idempotency keys. An answer about an erased contact becomes 410: the request is not to be
 * repeated, or it would make the person anew.
 */
final class KeptAnswers {
    private final String table;

    KeptAnswers(String schema) {
        this.table = schema + ".idempotency_keys";
    }

    void erase(Handle tx, Person person) {
        tx.createUpdate(
                        "UPDATE " + table + " SET status = 410, location = NULL, etag = NULL, body = NULL"
                                + " WHERE tenant_id = :tenant AND (position(:contact IN body) > 0 OR position(:id IN location) > 0)")
                .bind("tenant", person.tenantId())
                .bind("contact", person.contactId().getBytes(StandardCharsets.UTF_8))
                .bind("id", person.contactId())
                .execute();
    }
}
