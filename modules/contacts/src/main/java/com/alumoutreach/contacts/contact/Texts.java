package com.alumoutreach.contacts.contact;

import com.alumoutreach.backbone.http.ProblemException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts from outside, in a form that Postgres can keep. */
public final class Texts {
    private static final int MAX = 500;

    private Texts() {}

    /**
     * Trimmed; null when there is nothing in it.
     *
     * @throws ProblemException INVALID_TEXT over 500 characters, or with what {@link #checked} refuses
     */
    public static @Nullable String trimmed(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        String trimmed = value.strip();
        if (trimmed.length() > MAX) {
            throw invalid(name, "must have at most " + MAX + " characters");
        }
        return checked(name, trimmed);
    }

    /** @throws ProblemException INVALID_TEXT with U+0000 or half a surrogate pair: neither can be stored as UTF-8 text */
    public static String checked(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == 0) {
                throw invalid(name, "must not contain U+0000");
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw invalid(name, "must not contain half a surrogate pair");
            }
        }
        return value;
    }

    /**
     * As {@link #checked}, of every key and text within what a JSON parser gave.
     *
     * @throws ProblemException INVALID_TEXT
     */
    public static void checkJson(String name, @Nullable Object json) {
        switch (json) {
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    checked(name, String.valueOf(key));
                    checkJson(name, value);
                });
            case Collection<?> elements -> elements.forEach(element -> checkJson(name, element));
            case String text -> checked(name, text);
            case null, default -> {}
        }
    }

    private static ProblemException invalid(String name, String why) {
        return ProblemException.badRequest("INVALID_TEXT", name + " " + why);
    }
}
