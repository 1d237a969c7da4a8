package com.alumoutreach.segments.membership;

import com.alumoutreach.segments.rule.Facts;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this service knows of a contact, from its events. Fields, tags and each consent have versions of their own: their events
 * may arrive in any order.
 *
 * @param createdMs milliseconds since 1970
 * @param erased nothing personal may be kept, whatever still arrives
 * @param mergedInto the contact that what happens to this one counts for
 */
public record ContactCopy(
        String contactId,
        Fields fields,
        List<String> tags,
        Map<String, Consent> consents,
        @Nullable Long createdMs,
        long fieldsVersion,
        long tagsVersion,
        boolean deleted,
        boolean erased,
        @Nullable String mergedInto) {
    /** What one event says as a whole. */
    record Fields(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable String timeZone,
            @Nullable String locale,
            List<String> emails,
            Map<String, Object> attributes) {
        static final Fields NONE = new Fields(null, null, null, null, null, null, null, List.of(), Map.of());
    }

    record Consent(String state, long version) {}

    /** Kept for its version: that of a grant which was taken back, and may arrive after it. */
    static final String NO_CONSENT = "none";

    static ContactCopy unknown(String contactId) {
        return new ContactCopy(contactId, Fields.NONE, List.of(), Map.of(), null, 0, 0, false, false, null);
    }

    /** Whether rules can be asked about it. */
    boolean present() {
        return !deleted && fieldsVersion > 0;
    }

    Facts facts() {
        Facts facts = new Facts()
                .text("email", fields.email())
                .text("emails", fields.email())
                .texts("emails", fields.emails())
                .text("phone", fields.phone())
                .text("firstName", fields.firstName())
                .text("lastName", fields.lastName())
                .text("source", fields.source())
                .text("timeZone", fields.timeZone())
                .text("locale", fields.locale())
                .texts("tags", tags)
                .date("createdAt", createdMs);
        fields.attributes().forEach(facts::attribute);
        consents.forEach((key, consent) -> {
            if (!consent.state().equals(NO_CONSENT)) {
                facts.consent(key, consent.state());
            }
        });
        return facts;
    }

    ContactCopy withFields(Fields newer, long version) {
        return version <= fieldsVersion
                ? this
                : new ContactCopy(
                        contactId,
                        erased ? Fields.NONE : newer,
                        tags,
                        consents,
                        createdMs,
                        version,
                        tagsVersion,
                        deleted,
                        erased,
                        mergedInto);
    }

    /** The earliest stays: a second creation of a contact is a repetition. */
    ContactCopy withCreated(long millis) {
        long earliest = createdMs == null ? millis : Math.min(createdMs, millis);
        return new ContactCopy(
                contactId, fields, tags, consents, earliest, fieldsVersion, tagsVersion, deleted, erased, mergedInto);
    }

    ContactCopy withTags(List<String> newer, long version) {
        return version <= tagsVersion
                ? this
                : new ContactCopy(
                        contactId,
                        fields,
                        erased ? List.of() : List.copyOf(newer),
                        consents,
                        createdMs,
                        fieldsVersion,
                        version,
                        deleted,
                        erased,
                        mergedInto);
    }

    /** For events that name only what came or went. */
    ContactCopy withTag(String tag, boolean has, long version) {
        Set<String> all = new LinkedHashSet<>(tags);
        if (has) {
            all.add(tag);
        } else {
            all.remove(tag);
        }
        return withTags(new ArrayList<>(all), version);
    }

    /** Of one topic there is one word, the last; events of older imports spell topics as a file did. */
    ContactCopy withConsent(String channel, @Nullable String topic, String state, long version) {
        String key = topic == null || topic.isEmpty() ? channel : channel + "." + topic.toLowerCase(Locale.ROOT);
        long last = consents.entrySet().stream()
                .filter(consent -> consent.getKey().equalsIgnoreCase(key))
                .mapToLong(consent -> consent.getValue().version())
                .max()
                .orElse(Long.MIN_VALUE);
        if (erased || version <= last) {
            return this;
        }
        Map<String, Consent> all = new TreeMap<>(consents);
        all.keySet().removeIf(key::equalsIgnoreCase);
        all.put(key, new Consent(state, version));
        return new ContactCopy(
                contactId, fields, tags, all, createdMs, fieldsVersion, tagsVersion, deleted, erased, mergedInto);
    }

    ContactCopy asDeleted(boolean erase, @Nullable String into) {
        boolean gone = erased || erase;
        return new ContactCopy(
                contactId,
                gone ? Fields.NONE : fields,
                gone ? List.of() : tags,
                gone ? Map.of() : consents,
                createdMs,
                fieldsVersion,
                tagsVersion,
                true,
                gone,
                into == null ? mergedInto : into);
    }
}
