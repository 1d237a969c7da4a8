package com.alumoutreach.segments.membership;

import com.alumoutreach.contracts.segment.SegmentMemberAdded;
import com.alumoutreach.contracts.segment.SegmentMemberRemoved;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What this service knows of a contact, from its events. */
public record ContactCopy(
        String contactId,
        @Nullable String email,
        @Nullable String phone,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String source,
        Map<String, Object> attributes,
        List<String> tags,
        long fieldsVersion,
        long tagsVersion,
        boolean deleted) {
    private static final String ATTRIBUTE = "attributes.";

    static ContactCopy unknown(String contactId) {
        return new ContactCopy(contactId, null, null, null, null, null, Map.of(), List.of(), 0, 0, false);
    }

    /** The values of a field; none when it is not set, several for tags and lists. */
    public List<Object> values(String field) {
        Object value = switch (field) {
            case "email" -> email;
            case "phone" -> phone;
            case "firstName" -> firstName;
            case "lastName" -> lastName;
            case "source" -> source;
            case "tags" -> tags;
            default -> attributes.get(field.startsWith(ATTRIBUTE) ? field.substring(ATTRIBUTE.length()) : field);
        };
        if (value instanceof Collection<?> many) {
            return many.stream().filter(Objects::nonNull).<Object>map(v -> v).toList();
        }
        return Stream.ofNullable(value).toList();
    }

    ContactCopy withTags(List<String> newTags, long version) {
        return new ContactCopy(
                contactId,
                email,
                phone,
                firstName,
                lastName,
                source,
                attributes,
                newTags,
                fieldsVersion,
                version,
                deleted);
    }

    ContactCopy asDeleted() {
        return new ContactCopy(
                contactId,
                email,
                phone,
                firstName,
                lastName,
                source,
                attributes,
                tags,
                fieldsVersion,
                tagsVersion,
                true);
    }

    SegmentMemberAdded added(UUID segment) {
        return new SegmentMemberAdded(
                segment.toString(), contactId, email, phone, firstName, lastName, attributes, fieldsVersion);
    }

    SegmentMemberRemoved removed(UUID segment) {
        return new SegmentMemberRemoved(
                segment.toString(), contactId, email, phone, firstName, lastName, attributes, fieldsVersion);
    }
}
