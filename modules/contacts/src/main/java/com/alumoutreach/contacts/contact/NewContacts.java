package com.alumoutreach.contacts.contact;

import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Many new contacts of a tenant in one statement, whose parameters are lists: COPY is refused where row-level security holds, and
 * a row of parameters for each contact takes twice as long.
 */
final class NewContacts {
    private static final String INSERT = """
            INSERT INTO contacts.contacts (tenant_id, id, identity, email, phone, first_name, last_name, source,
              time_zone, locale, emails, phone_raw, attributes, tags, search, created_at, updated_at, version)
            SELECT ?, id, identity, email, phone, first_name, last_name, source, time_zone, locale,
              coalesce(emails, '{}')::text[], phone_raw, attributes::jsonb, coalesce(tags, '{}')::text[], search::tsvector, ?, ?, 1
            FROM unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
              ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
              AS c (id, identity, email, phone, first_name, last_name, source, time_zone, locale, emails, phone_raw,
                    attributes, tags, search)""";

    /** A second look at the index, a quarter of the insert. */
    private static final String THAT_ARE_NOT_THERE = " ON CONFLICT (tenant_id, identity) DO NOTHING RETURNING id";

    private final Connection postgres;
    private final PreparedStatement statement;
    private final List<Row> rows;

    private record Row(String identity, Contact contact) {}

    private NewContacts(Connection postgres, PreparedStatement statement, List<Row> rows) {
        this.postgres = postgres;
        this.statement = statement;
        this.rows = rows;
    }

    /** @return the ids of those that were inserted; the others are there already */
    static Set<UUID> insertAbsent(Connection postgres, String tenant, List<Contact> contacts) throws SQLException {
        try (PreparedStatement statement = postgres.prepareStatement(INSERT + THAT_ARE_NOT_THERE)) {
            bind(postgres, statement, tenant, contacts);
            Set<UUID> inserted = HashSet.newHashSet(contacts.size());
            try (ResultSet ids = statement.executeQuery()) {
                while (ids.next()) {
                    inserted.add(ids.getObject(1, UUID.class));
                }
            }
            return inserted;
        }
    }

    /** @throws SQLException also when one of them is there already */
    static void insertAll(Connection postgres, String tenant, List<Contact> contacts) throws SQLException {
        try (PreparedStatement statement = postgres.prepareStatement(INSERT)) {
            bind(postgres, statement, tenant, contacts);
            statement.executeUpdate();
        }
    }

    private static void bind(Connection postgres, PreparedStatement statement, String tenant, List<Contact> contacts)
            throws SQLException {
        // One order for all: two transactions with the same people never wait for each other in a ring.
        List<Row> sorted = contacts.stream()
                .map(contact -> new Row(contact.identity(), contact))
                .sorted(Comparator.comparing(Row::identity))
                .toList();
        OffsetDateTime now = contacts.getFirst().createdAt().atOffset(ZoneOffset.UTC);
        statement.setString(1, tenant);
        statement.setObject(2, now);
        statement.setObject(3, now);
        new NewContacts(postgres, statement, sorted).bindLists();
    }

    private void bindLists() throws SQLException {
        UUID[] ids = rows.stream().map(row -> row.contact().id()).toArray(UUID[]::new);
        statement.setArray(4, postgres.createArrayOf("uuid", ids));
        texts(5, Row::identity);
        texts(6, row -> row.contact().email());
        texts(7, row -> row.contact().phone());
        texts(8, row -> row.contact().firstName());
        texts(9, row -> row.contact().lastName());
        texts(10, row -> row.contact().source());
        texts(11, row -> row.contact().timeZone());
        texts(12, row -> row.contact().locale());
        texts(13, row -> array(row.contact().emails()));
        texts(14, row -> row.contact().phoneRaw());
        texts(15, NewContacts::attributes);
        texts(16, row -> array(row.contact().tags()));
        texts(17, row -> SearchTerms.of(row.contact()));
    }

    private void texts(int number, Function<Row, @Nullable String> value) throws SQLException {
        @Nullable String[] values = new String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        statement.setArray(number, postgres.createArrayOf("text", values));
    }

    private static String attributes(Row row) {
        try {
            return EventCodec.mapper().writeValueAsString(row.contact().attributes());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("attributes cannot be written as JSON", e);
        }
    }

    /** A list of texts as a text; null for an empty one. */
    private static @Nullable String array(List<String> values) {
        if (values.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder("{");
        for (String value : values) {
            text.append(text.length() > 1 ? ",\"" : "\"");
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == '"' || c == '\\') {
                    text.append('\\');
                }
                text.append(c);
            }
            text.append('"');
        }
        return text.append('}').toString();
    }
}
