package com.alumoutreach.analytics.ingesting;

import com.alumoutreach.analytics.AnalyticsModule;
import com.alumoutreach.analytics.clickhouse.EventsTable;
import com.alumoutreach.backbone.privacy.PersonalData;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What the archive knows of a person: all events of all services that are about it. Counts do not change with an erasure. */
@Singleton
class ArchiveOfPersons implements PersonalData {
    private final EventsTable table;

    ArchiveOfPersons(EventsTable table) {
        this.table = table;
    }

    @Override
    public String module() {
        return AnalyticsModule.NAME;
    }

    @Override
    public Map<String, Object> export(Handle tx, String tenant, String contactId) {
        table.ensure();
        List<EventsTable.Archived> events = table.of(tenant, List.of(contactId));
        return events.isEmpty() ? Map.of() : Map.of("events", events);
    }

    @Override
    public void erase(Handle tx, String tenant, Collection<String> contactIds) {
        table.ensure();
        table.redact(tenant, contactIds);
    }
}
