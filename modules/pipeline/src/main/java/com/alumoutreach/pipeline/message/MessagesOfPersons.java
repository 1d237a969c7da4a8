package com.alumoutreach.pipeline.message;

import com.alumoutreach.backbone.privacy.ContactTables;
import com.alumoutreach.backbone.privacy.PersonalData;
import com.alumoutreach.contracts.Redaction;
import com.alumoutreach.pipeline.PipelineModule;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What the pipeline knows of a person: where messages to it went, and what was in them. */
@Singleton
class MessagesOfPersons implements PersonalData {
    @Override
    public String module() {
        return PipelineModule.NAME;
    }

    @Override
    public Map<String, Object> export(Handle tx, String tenant, String contactId) {
        return ContactTables.rows(tx, PipelineModule.NAME, tenant, contactId);
    }

    /** Ids, times and outcomes stay. What waits is due at once, and fails for want of a recipient: {@link Message#erased}. */
    @Override
    public void erase(Handle tx, String tenant, Collection<String> contactIds) {
        tx.createUpdate("""
                        UPDATE pipeline.messages SET recipient = :erased, subject = NULL, html = NULL, body_text = NULL,
                          variables = '{}', error = CASE WHEN error IS NOT NULL THEN :erased END,
                          next_attempt_at = CASE WHEN status = 'queued' THEN now() ELSE next_attempt_at END
                        WHERE tenant_id = :tenant AND contact_id = ANY(:contacts) AND recipient <> :erased""")
                .bind("erased", Redaction.PLACEHOLDER)
                .bind("tenant", tenant)
                .bindArray("contacts", String.class, contactIds.toArray())
                .execute();
    }
}
