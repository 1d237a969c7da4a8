package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says about a contact, checked and in its canonical form: trimmed, the phone in E.164; null is "not said".
 *
 * @param emails further addresses, the whole list, or null
 * @param phoneRaw the phone as it was said
 * @param attributes null as a value removes the attribute
 * @param tags the whole list, or null
 * @param removed names of fields that were said to be empty
 */
public record ContactFields(
        @Nullable String email,
        @Nullable String phone,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String source,
        @Nullable String timeZone,
        @Nullable String locale,
        @Nullable List<String> emails,
        @Nullable String phoneRaw,
        Map<String, @Nullable Object> attributes,
        @Nullable List<String> tags,
        Set<String> removed) {
    static final int MAX_EMAILS = 20;
    static final int MAX_TAGS = 100;
    private static final int MAX_TAG = 100;

    /** RFC 5321's limit of a path, less its brackets. */
    private static final int MAX_EMAIL = 254;

    /** The addresses that mail servers take in practice, which is less than RFC 5322 allows. */
    static final Pattern EMAIL = Pattern.compile("(?!\\.)(?!.*\\.\\.)"
            + "[^\\s@\"<>(),:;\\[\\]\\\\\\p{Z}\\p{Cc}\\p{Cf}]{1,64}(?<!\\.)"
            + "@(?:[\\p{L}0-9](?:[\\p{L}\\p{M}0-9-]{0,61}[\\p{L}\\p{M}0-9])?\\.)+"
            + "(?:\\p{L}[\\p{L}\\p{M}]{1,62}|(?i:xn--)[A-Za-z0-9-]{1,59})");

    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    /** What was said, as it was said. */
    public record Said(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable String timeZone,
            @Nullable String locale,
            @Nullable List<String> emails,
            @Nullable Map<String, ? extends @Nullable Object> attributes,
            @Nullable List<String> tags) {}

    /**
     * @param region whose number a phone number without a country prefix is
     * @throws ProblemException INVALID_EMAIL, INVALID_PHONE, INVALID_TIME_ZONE, INVALID_LOCALE, TOO_MANY_EMAILS, INVALID_TEXT, INVALID_TAG, TOO_MANY_TAGS, INVALID_ATTRIBUTE
     */
    public static ContactFields of(Said said, String region) {
        return new ContactFields(
                email(said.email()),
                phone(said.phone(), region),
                Texts.trimmed("firstName", said.firstName()),
                Texts.trimmed("lastName", said.lastName()),
                Texts.trimmed("source", said.source()),
                timeZone(said.timeZone()),
                locale(said.locale()),
                said.emails() == null ? null : emails(said.emails()),
                Texts.trimmed("phone", said.phone()),
                said.attributes() == null ? Map.of() : Attributes.checked(said.attributes()),
                said.tags() == null ? null : tags(said.tags()),
                removed(said));
    }

    ContactFields withAttributes(Map<String, @Nullable Object> other) {
        return new ContactFields(
                email, phone, firstName, lastName, source, timeZone, locale, emails, phoneRaw, other, tags, removed);
    }

    /** @throws ProblemException INVALID_TAG unless 1 to 100 characters */
    public static String tag(@Nullable String value) {
        String tag = Texts.trimmed("tag", value);
        if (tag == null || tag.length() > MAX_TAG) {
            throw ProblemException.badRequest("INVALID_TAG", "A tag has 1 to " + MAX_TAG + " characters");
        }
        return tag;
    }

    private static List<String> tags(List<String> tags) {
        if (tags.size() > MAX_TAGS) {
            throw tooManyTags();
        }
        return tags.stream().map(ContactFields::tag).distinct().toList();
    }

    static ProblemException tooManyTags() {
        return ProblemException.badRequest("TOO_MANY_TAGS", "A contact has at most " + MAX_TAGS + " tags");
    }

    private static @Nullable String email(@Nullable String said) {
        String value = Texts.trimmed("email", said == null ? null : EmailAddresses.stripped(said));
        if (value != null
                && (value.length() > MAX_EMAIL
                        || !(PlainAddresses.email(value) || EMAIL.matcher(value).matches()))) {
            throw ProblemException.badRequest("INVALID_EMAIL", "email is not an e-mail address");
        }
        return value;
    }

    private static @Nullable String phone(@Nullable String said, String region) {
        String value = Texts.trimmed("phone", said);
        if (value == null) {
            return null;
        }
        String plain = PlainAddresses.northAmerican(value, region);
        if (plain != null) {
            return plain;
        }
        try {
            PhoneNumber number = PHONES.parse(value, region);
            if (PHONES.isPossibleNumber(number)) {
                return PHONES.format(number, PhoneNumberFormat.E164);
            }
        } catch (NumberParseException e) {
            throw invalidPhone();
        }
        throw invalidPhone();
    }

    private static List<String> emails(List<String> said) {
        if (said.size() > MAX_EMAILS) {
            throw tooManyEmails();
        }
        return said.stream().map(ContactFields::email).filter(Objects::nonNull).toList();
    }

    static ProblemException tooManyEmails() {
        return ProblemException.badRequest(
                "TOO_MANY_EMAILS", "A contact has at most " + MAX_EMAILS + " further addresses");
    }

    private static @Nullable String timeZone(@Nullable String said) {
        String value = Texts.trimmed("timeZone", said);
        if (value != null && !ZoneId.getAvailableZoneIds().contains(value)) {
            throw ProblemException.badRequest(
                    "INVALID_TIME_ZONE", "timeZone is not a zone of IANA, like Europe/Berlin");
        }
        return value;
    }

    /** In the form of BCP 47: {@code en_us} becomes {@code en-US}. */
    private static @Nullable String locale(@Nullable String said) {
        String value = Texts.trimmed("locale", said);
        if (value == null) {
            return null;
        }
        try {
            return new Locale.Builder()
                    .setLanguageTag(value.replace('_', '-'))
                    .build()
                    .toLanguageTag();
        } catch (IllformedLocaleException e) {
            throw ProblemException.badRequest("INVALID_LOCALE", "locale is not a language tag, like de-CH");
        }
    }

    private static ProblemException invalidPhone() {
        return ProblemException.badRequest("INVALID_PHONE", "phone is not a phone number");
    }

    private static Set<String> removed(Said said) {
        Set<String> names = new HashSet<>();
        if (blank(said.email())) names.add("email");
        if (blank(said.phone())) names.add("phone");
        if (blank(said.firstName())) names.add("firstName");
        if (blank(said.lastName())) names.add("lastName");
        if (blank(said.source())) names.add("source");
        if (blank(said.timeZone())) names.add("timeZone");
        if (blank(said.locale())) names.add("locale");
        return names;
    }

    private static boolean blank(@Nullable String value) {
        return value != null && value.isBlank();
    }
}
