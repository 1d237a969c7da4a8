package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contacts.contact.Contact;
import com.alumoutreach.contacts.contact.ContactFields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row that is right in itself.
 *
 * @param fresh the contact that it would create
 * @param created the event of that, written already
 */
record ImportRow(
        long number,
        String identity,
        ContactFields fields,
        Map<String, Boolean> consents,
        List<String> cells,
        Contact fresh,
        EventLog.@Nullable Ready created) {

    /**
     * A row that is not.
     *
     * @param cells as they are in the file
     */
    record Failure(long number, String code, String detail, List<String> cells) {}
}
