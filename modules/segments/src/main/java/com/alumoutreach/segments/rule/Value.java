package com.alumoutreach.segments.rule;

import com.alumoutreach.contracts.EventCodec;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One value as rules compare it. The only place that says what a text, a number or a date is: values of contacts are stored
 * like this beside the contact, so that SQL compares what Java has read.
 *
 * @param text without regard to case; of numbers the shortest plain form
 * @param number of numbers and of texts that are numbers; null for others and beyond {@link #MAX_DIGITS}
 * @param date milliseconds since 1970, of ISO 8601 texts (UTC unless they say otherwise) and of epochs; else null
 */
public record Value(
        String text, @Nullable BigDecimal number, @Nullable Long date) {
    /** Of a number, before and after the point; 1e999999999 is a text. */
    private static final int MAX_DIGITS = 60;

    /** From here on a number is an epoch in seconds: smaller ones are counts, ages, prices (March 1973). */
    private static final BigDecimal EPOCH_SECONDS = BigDecimal.valueOf(100_000_000L);

    /** From here on in milliseconds, up to the year 5138. */
    private static final BigDecimal EPOCH_MILLIS = BigDecimal.valueOf(100_000_000_000L);

    private static final BigDecimal EPOCH_END = BigDecimal.valueOf(100_000_000_000_000L);
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final int DATE_LENGTH = 10;
    private static final int MAX_DATE_LENGTH = 40;
    private static final int ASCII = 0x80;

    /** A text, number or truth value; anything else counts as its JSON text. */
    public static Value of(Object raw) {
        return switch (raw) {
            case String text -> ofText(text);
            case Number number -> ofNumber(number);
            case Boolean truth -> new Value(truth.toString(), null, null);
            default -> new Value(fold(EventCodec.mapper().valueToTree(raw).toString()), null, null);
        };
    }

    /** A text that is nothing else, whatever it looks like: an address, a name, a tag. */
    static Value plain(String text) {
        return new Value(fold(text), null, null);
    }

    private static Value ofText(String text) {
        BigDecimal number = number(text);
        return new Value(fold(text), number, number == null ? date(text) : epoch(number));
    }

    private static Value ofNumber(Number raw) {
        if (raw instanceof Double floating && !Double.isFinite(floating)) {
            return new Value(fold(raw.toString()), null, null);
        }
        BigDecimal exact = raw instanceof BigDecimal decimal ? decimal : new BigDecimal(raw.toString());
        if (!reasonable(exact)) {
            return new Value(fold(raw.toString()), null, null);
        }
        BigDecimal shortest = exact.stripTrailingZeros();
        return new Value(shortest.toPlainString(), shortest, epoch(shortest));
    }

    private static boolean reasonable(BigDecimal number) {
        return number.precision() <= MAX_DIGITS && Math.abs((long) number.scale()) <= MAX_DIGITS;
    }

    private static @Nullable BigDecimal number(String text) {
        String digits = text.strip();
        if (digits.isEmpty()
                || digits.length() > MAX_DIGITS
                || "+-.".indexOf(digits.charAt(0)) < 0 && !digit(digits, 0)) {
            return null;
        }
        for (int i = 1; i < digits.length(); i++) {
            if (!digit(digits, i) && digits.charAt(i) != '.') {
                return null;
            }
        }
        try {
            return new BigDecimal(digits).stripTrailingZeros();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean digit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static @Nullable Long epoch(BigDecimal number) {
        if (number.compareTo(EPOCH_SECONDS) < 0 || number.compareTo(EPOCH_END) >= 0) {
            return null;
        }
        return (number.compareTo(EPOCH_MILLIS) < 0 ? number.multiply(THOUSAND) : number).longValue();
    }

    private static @Nullable Long date(String raw) {
        String text = raw.strip();
        if (text.length() < DATE_LENGTH
                || text.length() > MAX_DATE_LENGTH
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || !digit(text, 0)
                || !digit(text, DATE_LENGTH - 1)) {
            return null;
        }
        try {
            if (text.length() == DATE_LENGTH) {
                return LocalDate.parse(text)
                        .atStartOfDay()
                        .toInstant(ZoneOffset.UTC)
                        .toEpochMilli();
            }
            String iso = text.replace(' ', 'T');
            boolean local = iso.indexOf('Z') < 0
                    && iso.indexOf('z') < 0
                    && iso.indexOf('+') < 0
                    && iso.lastIndexOf('-') < DATE_LENGTH;
            return (local ? LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC) : OffsetDateTime.parse(iso))
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Lower case letter by letter, so that a part of a text folds as it does within the whole; storable in Postgres. */
    static String fold(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ASCII || c == 0 || c >= 'A' && c <= 'Z') {
                StringBuilder folded = new StringBuilder(text.length());
                text.codePoints().forEach(point -> folded.appendCodePoint(Character.toLowerCase(storable(point))));
                return folded.toString();
            }
        }
        return text;
    }

    /** The same text without what Postgres refuses: U+0000 and halves of surrogate pairs. */
    public static String storable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c)) {
                StringBuilder clean = new StringBuilder(text.length());
                text.codePoints().forEach(point -> clean.appendCodePoint(storable(point)));
                return clean.toString();
            }
        }
        return text;
    }

    /** As {@link #storable(String)}, of every key and text within what a JSON parser gave. */
    public static @Nullable Object storableJson(@Nullable Object json) {
        return switch (json) {
            case String text -> storable(text);
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> clean = new LinkedHashMap<>();
                map.forEach((key, value) -> clean.put(storable(String.valueOf(key)), storableJson(value)));
                yield clean;
            }
            case Collection<?> elements -> {
                List<@Nullable Object> clean = new ArrayList<>(elements.size());
                elements.forEach(element -> clean.add(storableJson(element)));
                yield clean;
            }
            case null, default -> json;
        };
    }

    private static int storable(int point) {
        return point == 0 || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? '\uFFFD' : point;
    }
}
