package com.alumoutreach.contacts.contact;

import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactUpdated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A contact as it is stored.
 *
 * @param version grows by one with each change
 */
public record Contact(
        UUID id,
        String tenantId,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String source,
        Map<String, Object> attributes,
        List<String> tags,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /** A new contact of version 1. */
    public static Contact of(String tenant, ContactFields fields, Instant now) {
        Map<String, Object> attributes = new TreeMap<>();
        fields.attributes().forEach((name, value) -> {
            if (value != null) {
                attributes.put(name, value);
            }
        });
        return new Contact(
                EventIds.next(),
                tenant,
                fields.email(),
                fields.phone(),
                fields.firstName(),
                fields.lastName(),
                fields.source(),
                attributes,
                fields.tags(),
                1,
                now,
                now);
    }

    /** What makes two contacts of a tenant the same. */
    public String identity() {
        return identity(email, phone);
    }

    public static String identity(@Nullable String email, @Nullable String phone) {
        return email != null ? email.toLowerCase(Locale.ROOT) : "tel:" + Objects.requireNonNull(phone);
    }

    /** This contact with what {@code change} says; what it does not mention stays, attributes are merged. */
    public Contact with(ContactFields change, Instant now) {
        Map<String, Object> merged = new TreeMap<>(attributes);
        change.attributes().forEach((name, value) -> {
            if (value == null) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        Contact changed = new Contact(
                id,
                tenantId,
                orElse(change.email(), email),
                orElse(change.phone(), phone),
                orElse(change.firstName(), firstName),
                orElse(change.lastName(), lastName),
                orElse(change.source(), source),
                merged,
                change.tags().isEmpty() ? tags : union(tags, change.tags()),
                version + 1,
                createdAt,
                now);
        return changed.differences(this).isEmpty() ? this : changed;
    }

    public Contact withTags(List<String> newTags, Instant now) {
        return new Contact(
                id,
                tenantId,
                email,
                phone,
                firstName,
                lastName,
                source,
                attributes,
                newTags,
                version + 1,
                createdAt,
                now);
    }

    /** Names of the fields that are not the same. */
    List<String> differences(Contact before) {
        List<String> names = new ArrayList<>();
        if (!Objects.equals(email, before.email)) names.add("email");
        if (!Objects.equals(phone, before.phone)) names.add("phone");
        if (!Objects.equals(firstName, before.firstName)) names.add("firstName");
        if (!Objects.equals(lastName, before.lastName)) names.add("lastName");
        if (!Objects.equals(source, before.source)) names.add("source");
        if (!attributes.equals(before.attributes)) names.add("attributes");
        if (!tags.equals(before.tags)) names.add("tags");
        return names;
    }

    public ContactCreated created(@Nullable UUID importId) {
        return new ContactCreated(
                id.toString(),
                email,
                phone,
                source,
                attributes,
                firstName,
                lastName,
                tags,
                version,
                importId == null ? null : importId.toString());
    }

    public ContactUpdated updated(Contact before) {
        return new ContactUpdated(
                id.toString(), email, phone, source, attributes, firstName, lastName, differences(before), version);
    }

    private static @Nullable String orElse(@Nullable String value, @Nullable String otherwise) {
        return value == null ? otherwise : value;
    }

    private static List<String> union(List<String> tags, List<String> more) {
        return java.util.stream.Stream.concat(tags.stream(), more.stream())
                .distinct()
                .toList();
    }
}
