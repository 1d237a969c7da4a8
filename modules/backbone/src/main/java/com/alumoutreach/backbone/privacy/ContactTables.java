package com.alumoutreach.backbone.privacy;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * What a schema's tables know of a contact: the rows of every table that has the columns {@code tenant_id} and {@code contact_id}. A table
 * that comes later is in the export without being named here.
 */
public final class ContactTables {
    /** Rows a table; who has more is not a person. */
    private static final int MOST = 10_000;

    private ContactTables() {}

    /** The rows by table; tables without any are left out. */
    public static Map<String, Object> rows(Handle tx, String schema, String tenant, String contactId) {
        Map<String, Object> found = new LinkedHashMap<>();
        for (String table : tables(tx, schema)) {
            List<JsonNode> rows = new ArrayList<>();
            tx.createQuery("SELECT to_jsonb(t)::text FROM %s.%s t".formatted(schema, table)
                            + " WHERE t.tenant_id = :tenant AND t.contact_id::text = :contact LIMIT :most")
                    .bind("tenant", tenant)
                    .bind("contact", contactId)
                    .bind("most", MOST)
                    .mapTo(String.class)
                    .forEach(row -> rows.add(json(row)));
            if (!rows.isEmpty()) {
                found.put(table, rows);
            }
        }
        return found;
    }

    private static List<String> tables(Handle tx, String schema) {
        return tx.createQuery("""
                        SELECT t.table_name FROM information_schema.columns t
                        JOIN information_schema.columns c USING (table_schema, table_name)
                        WHERE table_schema = :schema AND t.column_name = 'tenant_id' AND c.column_name = 'contact_id'
                          AND table_name <> 'erasures' ORDER BY 1""").bind("schema", schema).mapTo(String.class).list();
    }

    /** JSON that Postgres wrote. */
    public static JsonNode json(String text) {
        try {
            return EventCodec.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Postgres wrote what is not JSON", e);
        }
    }
}
