package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactTagged;
import com.alumoutreach.contracts.contact.ContactUntagged;
import com.alumoutreach.contracts.contact.ContactUpdated;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A contact as it is stored.
 *
 * @param emails further addresses of this contact, never {@code email} itself
 * @param phoneRaw the phone as it was said; {@code phone} is in E.164
 * @param timeZone of IANA, {@code Europe/Berlin}
 * @param locale BCP 47, {@code de-CH}
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
        @Nullable String timeZone,
        @Nullable String locale,
        List<String> emails,
        @Nullable String phoneRaw,
        Map<String, Object> attributes,
        List<String> tags,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * A new contact of version 1.
     *
     * @throws ProblemException NO_ADDRESS without email and phone, and what {@link Attributes#checkSize} refuses
     */
    public static Contact of(String tenant, ContactFields fields, Instant now) {
        return new Contact(
                        EventIds.next(),
                        tenant,
                        fields.email(),
                        fields.phone(),
                        fields.firstName(),
                        fields.lastName(),
                        fields.source(),
                        fields.timeZone(),
                        fields.locale(),
                        others(fields.emails(), fields.email()),
                        fields.phoneRaw(),
                        merged(Map.of(), fields.attributes()),
                        fields.tags() == null ? List.of() : fields.tags(),
                        1,
                        now,
                        now)
                .checked();
    }

    /** What makes two contacts of a tenant the same: the address, in its normal form, or else the number. */
    public String identity() {
        return identity(email, phone);
    }

    public static String identity(@Nullable String email, @Nullable String phone) {
        return email != null ? EmailAddresses.normal(email) : "tel:" + Objects.requireNonNull(phone);
    }

    /**
     * Takes over what a row of a file says: what it does not mention stays, attributes are merged, tags and further addresses
     * are added. The first address stays where the row names another one of this contact.
     */
    public Contact merged(ContactFields change, Instant now) {
        List<String> moreTags = change.tags() == null ? List.of() : change.tags();
        List<String> moreEmails = change.emails() == null ? List.of() : change.emails();
        boolean sameEmail =
                change.email() == null || identity(change.email(), null).equals(identity());
        ContactFields added = new ContactFields(
                sameEmail ? change.email() : email,
                change.phone(),
                change.firstName(),
                change.lastName(),
                change.source(),
                change.timeZone(),
                change.locale(),
                Stream.concat(emails.stream(), moreEmails.stream()).toList(),
                change.phoneRaw(),
                change.attributes(),
                null,
                change.removed());
        return patched(
                added,
                Stream.concat(tags.stream(), moreTags.stream()).distinct().toList(),
                now);
    }

    /** Takes over what is mentioned; attributes are merged, the list of tags is taken as it is. */
    public Contact patched(ContactFields change, Instant now) {
        return patched(change, change.tags() == null ? tags : change.tags(), now);
    }

    private Contact patched(ContactFields change, List<String> newTags, Instant now) {
        return changedTo(new Contact(
                id,
                tenantId,
                patched(change, "email", change.email(), email),
                patched(change, "phone", change.phone(), phone),
                patched(change, "firstName", change.firstName(), firstName),
                patched(change, "lastName", change.lastName(), lastName),
                patched(change, "source", change.source(), source),
                patched(change, "timeZone", change.timeZone(), timeZone),
                patched(change, "locale", change.locale(), locale),
                others(
                        change.emails() == null ? emails : change.emails(),
                        patched(change, "email", change.email(), email)),
                patched(change, "phone", change.phoneRaw(), phoneRaw),
                merged(attributes, change.attributes()),
                newTags,
                version + 1,
                createdAt,
                now));
    }

    /** Forgets what is not mentioned; only tags stay then, as they have an endpoint of their own. */
    public Contact replaced(ContactFields by, Instant now) {
        return changedTo(new Contact(
                id,
                tenantId,
                by.email(),
                by.phone(),
                by.firstName(),
                by.lastName(),
                by.source(),
                by.timeZone(),
                by.locale(),
                others(by.emails(), by.email()),
                by.phoneRaw(),
                merged(Map.of(), by.attributes()),
                by.tags() == null ? tags : by.tags(),
                version + 1,
                createdAt,
                now));
    }

    public Contact withTags(List<String> newTags, Instant now) {
        return changedTo(copy(newTags, version + 1, now));
    }

    /** Something else about the contact changed. */
    public Contact nextVersion(Instant now) {
        return copy(tags, version + 1, now);
    }

    Contact ofVersion(long other) {
        return copy(tags, other, updatedAt);
    }

    private Contact copy(List<String> newTags, long newVersion, Instant now) {
        return new Contact(
                id,
                tenantId,
                email,
                phone,
                firstName,
                lastName,
                source,
                timeZone,
                locale,
                emails,
                phoneRaw,
                attributes,
                newTags,
                newVersion,
                createdAt,
                now);
    }

    /** Every address in the form in which two are the same: first, further ones, phone. */
    public List<String> addresses() {
        return Stream.concat(
                        Stream.concat(Stream.ofNullable(email), emails.stream()).map(EmailAddresses::normal),
                        Stream.ofNullable(phone))
                .toList();
    }

    /**
     * What this contact is after another was merged into it: its own fields count, what it does not have comes from the
     * other; tags and addresses of both.
     *
     * @throws ProblemException TOO_MANY_EMAILS, TOO_MANY_TAGS, TOO_MANY_ATTRIBUTES, ATTRIBUTES_TOO_LARGE
     */
    Contact with(Contact other, Instant now) {
        String first = email == null ? other.email : email;
        Map<String, Object> both = new TreeMap<>(other.attributes);
        both.putAll(attributes);
        return changedTo(new Contact(
                id,
                tenantId,
                first,
                phone == null ? other.phone : phone,
                firstName == null ? other.firstName : firstName,
                lastName == null ? other.lastName : lastName,
                source == null ? other.source : source,
                timeZone == null ? other.timeZone : timeZone,
                locale == null ? other.locale : locale,
                others(
                        Stream.of(emails, other.email == null ? List.<String>of() : List.of(other.email), other.emails)
                                .flatMap(List::stream)
                                .toList(),
                        first),
                phone == null ? other.phoneRaw : phoneRaw,
                both,
                Stream.concat(tags.stream(), other.tags.stream()).distinct().toList(),
                version + 1,
                createdAt,
                now));
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
                importId == null ? null : importId.toString(),
                timeZone,
                locale,
                emails.isEmpty() ? null : emails);
    }

    /** What happened since {@code before}: nothing, or {@code contact.updated} for fields and one event for each tag. */
    public List<Event> changesSince(Contact before) {
        List<Event> events = new ArrayList<>();
        List<String> fields = differences(before);
        if (!fields.isEmpty()) {
            events.add(new ContactUpdated(
                    id.toString(),
                    email,
                    phone,
                    source,
                    attributes,
                    firstName,
                    lastName,
                    fields,
                    version,
                    timeZone,
                    locale,
                    emails.isEmpty() ? null : emails));
        }
        tags.stream()
                .filter(tag -> !before.tags.contains(tag))
                .forEach(tag -> events.add(new ContactTagged(id.toString(), tag, tags, version)));
        before.tags.stream()
                .filter(tag -> !tags.contains(tag))
                .forEach(tag -> events.add(new ContactUntagged(id.toString(), tag, tags, version)));
        return events;
    }

    private Contact changedTo(Contact after) {
        Contact checked = after.checked();
        boolean sameTags = tags.size() == after.tags.size() && tags.containsAll(after.tags);
        return sameTags && after.differences(this).isEmpty() ? this : checked;
    }

    private Contact checked() {
        if (email == null && phone == null) {
            throw ProblemException.badRequest("NO_ADDRESS", "A contact needs an email or a phone");
        }
        if (tags.size() > ContactFields.MAX_TAGS) {
            throw ContactFields.tooManyTags();
        }
        Attributes.checkSize(attributes);
        return this;
    }

    /** Names of the fields that are not the same; tags are none of them. */
    private List<String> differences(Contact before) {
        List<String> names = new ArrayList<>();
        if (!Objects.equals(email, before.email)) names.add("email");
        if (!Objects.equals(phone, before.phone)) names.add("phone");
        if (!Objects.equals(firstName, before.firstName)) names.add("firstName");
        if (!Objects.equals(lastName, before.lastName)) names.add("lastName");
        if (!Objects.equals(source, before.source)) names.add("source");
        if (!Objects.equals(timeZone, before.timeZone)) names.add("timeZone");
        if (!Objects.equals(locale, before.locale)) names.add("locale");
        if (!emails.equals(before.emails)) names.add("emails");
        if (!attributes.equals(before.attributes)) names.add("attributes");
        return names;
    }

    /** The further addresses: each once, in whatever spelling, and not the first one. */
    private static List<String> others(@Nullable List<String> emails, @Nullable String primary) {
        if (emails == null || emails.isEmpty()) {
            return List.of();
        }
        Map<String, String> byAddress = new LinkedHashMap<>();
        emails.forEach(email -> byAddress.putIfAbsent(EmailAddresses.normal(email), email));
        if (primary != null) {
            byAddress.remove(EmailAddresses.normal(primary));
        }
        if (byAddress.size() > ContactFields.MAX_EMAILS) {
            throw ContactFields.tooManyEmails();
        }
        return List.copyOf(byAddress.values());
    }

    private static @Nullable String patched(
            ContactFields change, String name, @Nullable String said, @Nullable String before) {
        return said != null || change.removed().contains(name) ? said : before;
    }

    private static Map<String, Object> merged(Map<String, Object> before, Map<String, @Nullable Object> change) {
        Map<String, Object> merged = new TreeMap<>(before);
        change.forEach((name, value) -> {
            if (value == null) {
                merged.remove(name);
            } else {
                merged.put(name, value);
            }
        });
        return merged;
    }
}
