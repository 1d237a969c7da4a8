package com.alumoutreach.segments.membership;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.segments.membership.ContactCopy.Consent;
import com.alumoutreach.segments.membership.ContactCopy.Fields;
import com.alumoutreach.segments.rule.Value;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Rows of {@code segments.contact_copies}; many to a statement. */
@Singleton
class ContactCopies {
    private static final TypeReference<Map<String, Object>> ATTRIBUTES = new TypeReference<>() {};
    private static final TypeReference<Map<String, Consent>> CONSENTS = new TypeReference<>() {};

    /** Rows made of one array a column; lists of texts are the texts of arrays. */
    private static final String ROWS = """
            unnest(:ids::text[], :email::text[], :phone::text[], :first::text[], :last::text[], :source::text[], :zone::text[],
              :locale::text[], :emails::text[], :attributes::text[], :tags::text[], :consents::text[], :created::bigint[],
              :fieldsVersion::bigint[], :tagsVersion::bigint[], :deleted::text[], :erased::text[], :merged::text[],
              :facts::text[])
            AS r(id, email, phone, first_name, last_name, source, time_zone, locale, emails, attributes, tags, consents,
              created_ms, fields_version, tags_version, deleted, erased, merged_into, facts)""";

    /** In the order of their ids: whoever decides about a contact holds its row, and all take rows in one order. */
    private static final String INSERT = """
            INSERT INTO segments.contact_copies (tenant_id, contact_id, email, phone, first_name, last_name, source, time_zone,
              locale, emails, attributes, tags, consents, created_ms, fields_version, tags_version, deleted, erased,
              merged_into, facts)
            SELECT :tenant, id, email, phone, first_name, last_name, source, time_zone, locale, emails::text[],
              attributes::jsonb, tags::text[], consents::jsonb, created_ms, fields_version, tags_version, deleted::boolean,
              erased::boolean, merged_into, facts::jsonb
            FROM %s ORDER BY id ON CONFLICT DO NOTHING RETURNING contact_id""".formatted(ROWS);

    private static final String UPDATE = """
            UPDATE segments.contact_copies c SET email = r.email, phone = r.phone, first_name = r.first_name,
              last_name = r.last_name, source = r.source, time_zone = r.time_zone, locale = r.locale,
              emails = r.emails::text[], attributes = r.attributes::jsonb, tags = r.tags::text[],
              consents = r.consents::jsonb, created_ms = r.created_ms, fields_version = r.fields_version,
              tags_version = r.tags_version, deleted = r.deleted::boolean, erased = r.erased::boolean,
              merged_into = r.merged_into, facts = r.facts::jsonb
            FROM %s WHERE c.tenant_id = :tenant AND c.contact_id = r.id""".formatted(ROWS);

    /**
     * Adds those that are not there yet.
     *
     * @return the ids of the added ones
     */
    Set<String> insert(Handle tx, String tenant, Collection<ContactCopy> copies) {
        if (copies.isEmpty()) {
            return Set.of();
        }
        return new HashSet<>(
                bind(tx.createQuery(INSERT), tenant, copies).mapTo(String.class).list());
    }

    void update(Handle tx, String tenant, Collection<ContactCopy> copies) {
        if (!copies.isEmpty()) {
            bind(tx.createUpdate(UPDATE), tenant, copies).execute();
        }
    }

    /** Those that are there, locked in the order of their ids. */
    List<ContactCopy> lock(Handle tx, String tenant, Collection<String> contactIds) {
        return contactIds.isEmpty() ? List.of() : select(tx, tenant, contactIds, " ORDER BY contact_id FOR UPDATE");
    }

    List<ContactCopy> find(Handle tx, String tenant, Collection<String> contactIds) {
        return contactIds.isEmpty() ? List.of() : select(tx, tenant, contactIds, "");
    }

    private static List<ContactCopy> select(Handle tx, String tenant, Collection<String> contactIds, String how) {
        return tx.createQuery(
                        "SELECT * FROM segments.contact_copies WHERE tenant_id = :tenant AND contact_id = ANY(:ids)"
                                + how)
                .bind("tenant", tenant)
                .bindArray("ids", String.class, contactIds.toArray())
                .map((row, context) -> read(row))
                .list();
    }

    /** One that has rows from before there were facts. */
    Optional<String> tenantWithUnread(Handle tx) {
        return tx.createQuery("SELECT tenant_id FROM segments.contact_copies WHERE facts IS NULL LIMIT 1")
                .mapTo(String.class)
                .findFirst();
    }

    /** Rows from before there were facts, locked. */
    List<ContactCopy> lockUnread(Handle tx, String tenant, int limit) {
        return tx.createQuery("SELECT * FROM segments.contact_copies WHERE tenant_id = :tenant AND facts IS NULL"
                        + " ORDER BY contact_id LIMIT :limit FOR UPDATE")
                .bind("tenant", tenant)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    /** With those that were deleted: the index alone knows. */
    long count(Handle tx, String tenant) {
        return tx.createQuery("SELECT count(*) FROM segments.contact_copies WHERE tenant_id = :tenant")
                .bind("tenant", tenant)
                .mapTo(Long.class)
                .one();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, String tenant, Collection<ContactCopy> copies) {
        statement.bind("tenant", tenant);
        texts(statement, "ids", copies, ContactCopy::contactId);
        texts(statement, "email", copies, copy -> copy.fields().email());
        texts(statement, "phone", copies, copy -> copy.fields().phone());
        texts(statement, "first", copies, copy -> copy.fields().firstName());
        texts(statement, "last", copies, copy -> copy.fields().lastName());
        texts(statement, "source", copies, copy -> copy.fields().source());
        texts(statement, "zone", copies, copy -> copy.fields().timeZone());
        texts(statement, "locale", copies, copy -> copy.fields().locale());
        texts(statement, "emails", copies, copy -> array(copy.fields().emails()));
        texts(statement, "attributes", copies, copy -> json(copy.fields().attributes()));
        texts(statement, "tags", copies, copy -> array(copy.tags()));
        texts(statement, "consents", copies, copy -> json(copy.consents()));
        texts(statement, "deleted", copies, copy -> Boolean.toString(copy.deleted()));
        texts(statement, "erased", copies, copy -> Boolean.toString(copy.erased()));
        texts(statement, "merged", copies, ContactCopy::mergedInto);
        texts(statement, "facts", copies, copy -> copy.facts().toJson());
        numbers(statement, "created", copies, ContactCopy::createdMs);
        numbers(statement, "fieldsVersion", copies, ContactCopy::fieldsVersion);
        numbers(statement, "tagsVersion", copies, ContactCopy::tagsVersion);
        return statement;
    }

    private static void texts(
            SqlStatement<?> statement,
            String name,
            Collection<ContactCopy> copies,
            Function<ContactCopy, @Nullable String> column) {
        statement.bindArray(name, String.class, copies.stream().map(column).toArray());
    }

    private static void numbers(
            SqlStatement<?> statement,
            String name,
            Collection<ContactCopy> copies,
            Function<ContactCopy, @Nullable Long> column) {
        statement.bindArray(name, Long.class, copies.stream().map(column).toArray());
    }

    private static String json(Map<String, ?> map) {
        try {
            return map.isEmpty() ? "{}" : EventCodec.mapper().writeValueAsString(map);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes cannot be JSON", e);
        }
    }

    /** As Postgres writes an array of texts: arrays of arrays of different lengths do not exist. */
    private static String array(List<String> texts) {
        if (texts.isEmpty()) {
            return "{}";
        }
        StringBuilder literal = new StringBuilder("{");
        for (String text : texts) {
            literal.append(literal.length() == 1 ? "\"" : ",\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    literal.append('\\');
                }
                literal.append(c);
            }
            literal.append('"');
        }
        return Value.storable(literal.append('}').toString());
    }

    private static ContactCopy read(ResultSet row) throws SQLException {
        try {
            long created = row.getLong("created_ms");
            Long createdMs = row.wasNull() ? null : created;
            return new ContactCopy(
                    row.getString("contact_id"),
                    new Fields(
                            row.getString("email"),
                            row.getString("phone"),
                            row.getString("first_name"),
                            row.getString("last_name"),
                            row.getString("source"),
                            row.getString("time_zone"),
                            row.getString("locale"),
                            list(row.getArray("emails")),
                            EventCodec.mapper().readValue(row.getString("attributes"), ATTRIBUTES)),
                    list(row.getArray("tags")),
                    EventCodec.mapper().readValue(row.getString("consents"), CONSENTS),
                    createdMs,
                    row.getLong("fields_version"),
                    row.getLong("tags_version"),
                    row.getBoolean("deleted"),
                    row.getBoolean("erased"),
                    row.getString("merged_into"));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes in the database are not JSON", e);
        }
    }

    private static List<String> list(Array array) throws SQLException {
        return java.util.Arrays.stream((String[]) array.getArray())
                .filter(Objects::nonNull)
                .toList();
    }
}
