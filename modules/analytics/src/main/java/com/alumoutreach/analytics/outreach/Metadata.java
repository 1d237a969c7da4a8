package com.alumoutreach.analytics.outreach;

import com.alumoutreach.backbone.http.ProblemException;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** What metadata may hold: what Postgres stores as JSON. One event that it refuses would hold up its whole chunk. */
final class Metadata {
    private static final int MAX_DEPTH = 20;

    /** Digits on either side of the point; jsonb writes all of them out. */
    private static final int MAX_DIGITS = 400;

    /** Of all numbers: {@code 1e400} has five characters when it comes and four hundred when it is published. */
    private static final int MAX_DIGITS_OF_ALL = ToldEvent.MAX_BYTES;

    private long digits;

    private Metadata() {}

    /** @throws ProblemException INVALID_METADATA or INVALID_TEXT */
    static void check(JsonNode metadata) {
        new Metadata().check(metadata, 1);
    }

    private void check(JsonNode value, int depth) {
        if (depth > MAX_DEPTH) {
            throw ToldEvent.invalidMetadata(
                    "metadata has at most " + MAX_DEPTH + " objects and lists within each other");
        }
        switch (value.getNodeType()) {
            case OBJECT ->
                value.properties().forEach(field -> {
                    checkText(field.getKey());
                    check(field.getValue(), depth + 1);
                });
            case ARRAY -> value.forEach(item -> check(item, depth + 1));
            case STRING -> checkText(value.textValue());
            case NUMBER -> checkNumber(value.decimalValue());
            default -> {}
        }
    }

    private static void checkText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == 0 || Character.isSurrogate(c) && !pair) {
                throw ProblemException.badRequest("INVALID_TEXT", "metadata has U+0000 or half a surrogate pair");
            }
            i += pair ? 1 : 0;
        }
    }

    private void checkNumber(BigDecimal number) {
        // As a long: the smallest int has no positive one.
        long scale = Math.abs((long) number.scale());
        if (scale > MAX_DIGITS || number.precision() > MAX_DIGITS) {
            throw ToldEvent.invalidMetadata("a number in metadata has at most " + MAX_DIGITS + " digits");
        }
        digits += number.precision() + scale;
        if (digits > MAX_DIGITS_OF_ALL) {
            throw ToldEvent.invalidMetadata("the numbers in metadata have at most " + MAX_DIGITS_OF_ALL + " digits");
        }
    }
}
