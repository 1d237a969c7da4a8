package com.alumoutreach.backbone.privacy;

import java.util.Collection;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What a service knows of a person in tables of its own. Each service that has such tables has one bean of this; the log, the
 * streams and the kept answers are the backbone's to erase.
 */
public interface PersonalData {
    /** The service's name, as in its {@code ServiceModule}. */
    String module();

    /**
     * Everything that is known of the contact.
     *
     * @return names and JSON values; empty when nothing is known
     */
    Map<String, Object> export(Handle tx, String tenant, String contactId);

    /**
     * Forgets contacts, but for ids and what figures are made of. Called several times, with minutes and days in between.
     *
     * @param tx of the tenant; what is not in Postgres is to be erased whether or not it commits
     * @param contactIds at most 500
     */
    void erase(Handle tx, String tenant, Collection<String> contactIds);
}
