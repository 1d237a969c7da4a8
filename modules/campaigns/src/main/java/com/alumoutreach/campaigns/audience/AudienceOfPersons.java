package com.alumoutreach.campaigns.audience;

import com.alumoutreach.backbone.privacy.ContactTables;
import com.alumoutreach.backbone.privacy.PersonalData;
import com.alumoutreach.campaigns.CampaignsModule;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What campaigns know of a person: the copy of a segment's member, and in which audiences it was. Audiences hold ids alone. */
@Singleton
class AudienceOfPersons implements PersonalData {
    @Override
    public String module() {
        return CampaignsModule.NAME;
    }

    @Override
    public Map<String, Object> export(Handle tx, String tenant, String contactId) {
        return ContactTables.rows(tx, CampaignsModule.NAME, tenant, contactId);
    }

    /** Without an address nothing is sent: an audience that is built now skips the contact. */
    @Override
    public void erase(Handle tx, String tenant, Collection<String> contactIds) {
        tx.createUpdate("UPDATE campaigns.segment_members SET email = NULL, variables = '{}'"
                        + " WHERE tenant_id = :tenant AND contact_id = ANY(:contacts)")
                .bind("tenant", tenant)
                .bindArray("contacts", String.class, contactIds.toArray())
                .execute();
    }
}
