package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says about a contact, checked and in its canonical form: trimmed, the phone in E.164; null is "not said".
 */
public record ContactFields(
        @Nullable String email,
        @Nullable String phone,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String source,
        Map<String, @Nullable Object> attributes,
        List<String> tags) {
    private static final int MAX_TEXT = 500;
    private static final int MAX_ATTRIBUTES = 200;
    private static final int MAX_TAGS = 100;

    /** The addresses that mail servers take in practice; not everything that RFC 5322 allows. RFC 5321's length limits. */
    private static final Pattern EMAIL = Pattern.compile(
            "(?!\\.)(?!.*\\.\\.)[^\\s@\"<>(),:;\\[\\]\\\\\\p{Cntrl}]{1,64}(?<!\\.)@(?:[\\p{L}0-9](?:[\\p{L}0-9-]{0,61}[\\p{L}0-9])?\\.)+\\p{L}{2,63}");

    private static final int MAX_EMAIL = 254;

    /** Numbers without a country prefix are read as this country's. */
    private static final String DEFAULT_REGION = "US";

    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    /** @throws ProblemException INVALID_EMAIL, INVALID_PHONE, INVALID_TEXT, TOO_MANY_ATTRIBUTES, TOO_MANY_TAGS */
    public static ContactFields of(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String source,
            @Nullable Map<String, @Nullable Object> attributes,
            @Nullable List<String> tags) {
        Map<String, @Nullable Object> checked = attributes == null ? Map.of() : attributes;
        if (checked.size() > MAX_ATTRIBUTES) {
            throw ProblemException.badRequest("TOO_MANY_ATTRIBUTES", "At most " + MAX_ATTRIBUTES + " attributes");
        }
        refuseNul(checked);
        return new ContactFields(
                email(text("email", email)),
                phone(text("phone", phone)),
                text("firstName", firstName),
                text("lastName", lastName),
                text("source", source),
                checked,
                tags(tags));
    }

    private static @Nullable String email(@Nullable String value) {
        if (value != null
                && (value.length() > MAX_EMAIL || !EMAIL.matcher(value).matches())) {
            throw ProblemException.badRequest("INVALID_EMAIL", "email is not an e-mail address");
        }
        return value;
    }

    private static @Nullable String phone(@Nullable String value) {
        if (value == null) {
            return null;
        }
        try {
            PhoneNumber number = PHONES.parse(value, DEFAULT_REGION);
            if (PHONES.isPossibleNumber(number)) {
                return PHONES.format(number, PhoneNumberFormat.E164);
            }
        } catch (NumberParseException e) {
            throw ProblemException.badRequest("INVALID_PHONE", "phone is not a phone number");
        }
        throw ProblemException.badRequest("INVALID_PHONE", "phone is not a phone number");
    }

    private static List<String> tags(@Nullable List<String> tags) {
        if (tags == null) {
            return List.of();
        }
        if (tags.size() > MAX_TAGS) {
            throw ProblemException.badRequest("TOO_MANY_TAGS", "At most " + MAX_TAGS + " tags");
        }
        return tags.stream().map(ContactFields::tag).distinct().toList();
    }

    /** @throws ProblemException INVALID_TAG unless 1 to 100 characters */
    public static String tag(@Nullable String value) {
        String tag = text("tag", value);
        if (tag == null || tag.length() > 100) {
            throw ProblemException.badRequest("INVALID_TAG", "A tag has 1 to 100 characters");
        }
        return tag;
    }

    private static @Nullable String text(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String trimmed = value.strip();
        if (trimmed.length() > MAX_TEXT || trimmed.indexOf('\0') >= 0) {
            throw ProblemException.badRequest(
                    "INVALID_TEXT", name + " must have at most " + MAX_TEXT + " characters and none of them U+0000");
        }
        return trimmed;
    }

    /** Postgres keeps no U+0000, however deep it hides. */
    private static void refuseNul(@Nullable Object value) {
        if (value instanceof String text && text.indexOf('\0') >= 0) {
            throw ProblemException.badRequest("INVALID_TEXT", "attributes must not contain U+0000");
        }
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> {
                refuseNul(key);
                refuseNul(element);
            });
        }
        if (value instanceof Iterable<?> elements) {
            elements.forEach(ContactFields::refuseNul);
        }
    }
}
