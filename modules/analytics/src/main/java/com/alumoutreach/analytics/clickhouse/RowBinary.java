package com.alumoutreach.analytics.clickhouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes values of ClickHouse's format RowBinary: one after another, numbers little-endian, a text behind its length. */
final class RowBinary {
    private static final int USUAL_ROW = 1_024;
    /** Seven bits a byte, the eighth says that more follow. */
    private static final int VARINT_BITS = 7;

    private static final int VARINT_MORE = 0x80;
    private static final int VARINT_BYTES = 5;
    private static final int JSON_LENGTH_BYTES = 2;

    private ByteBuffer row = ByteBuffer.allocate(USUAL_ROW).order(ByteOrder.LITTLE_ENDIAN);

    /** Half of a surrogate pair, legal as a JSON escape, cannot be written as UTF-8: it becomes a question mark. */
    void text(String text) {
        text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param utf8 the text's bytes */
    void text(byte[] utf8) {
        room(VARINT_BYTES + utf8.length);
        int length = utf8.length;
        while (length >= VARINT_MORE) {
            row.put((byte) (length & (VARINT_MORE - 1) | VARINT_MORE));
            length >>>= VARINT_BITS;
        }
        row.put((byte) length);
        row.put(utf8);
    }

    /**
     * JSON as text, as {@link JsonNode#toString} writes it, in a fifth of the time. Half of a surrogate pair becomes a question
     * mark.
     */
    void json(JsonNode node) {
        int start = row.position();
        // The length comes first and is known last. Most data need two bytes for it.
        room(JSON_LENGTH_BYTES);
        row.position(start + JSON_LENGTH_BYTES);
        value(node);
        int length = row.position() - start - JSON_LENGTH_BYTES;
        if (length >= VARINT_MORE && length < VARINT_MORE * VARINT_MORE) {
            row.put(start, (byte) (length & (VARINT_MORE - 1) | VARINT_MORE));
            row.put(start + 1, (byte) (length >>> VARINT_BITS));
            return;
        }
        byte[] text = Arrays.copyOfRange(row.array(), start + JSON_LENGTH_BYTES, row.position());
        row.position(start);
        text(text);
    }

    private void value(JsonNode node) {
        if (node.isObject()) {
            sign('{');
            boolean first = true;
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!first) {
                    sign(',');
                }
                first = false;
                quoted(field.getKey());
                sign(':');
                value(field.getValue());
            }
            sign('}');
        } else if (node.isArray()) {
            sign('[');
            for (int i = 0; i < node.size(); i++) {
                if (i > 0) {
                    sign(',');
                }
                value(node.get(i));
            }
            sign(']');
        } else if (node.isTextual()) {
            quoted(node.textValue());
        } else {
            raw(node.toString());
        }
    }

    private void quoted(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                raw(TextNode.valueOf(text).toString());
                return;
            }
        }
        sign('"');
        raw(text);
        sign('"');
    }

    private void raw(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        room(utf8.length);
        row.put(utf8);
    }

    private void sign(char sign) {
        room(1);
        row.put((byte) sign);
    }

    /** ClickHouse keeps a UUID as two numbers, the high one first. */
    void uuid(UUID id) {
        int64(id.getMostSignificantBits());
        int64(id.getLeastSignificantBits());
    }

    void nullableUuid(@Nullable UUID id) {
        isNull(id == null);
        if (id != null) {
            uuid(id);
        }
    }

    void nullableInt64(@Nullable Long number) {
        isNull(number == null);
        if (number != null) {
            int64(number);
        }
    }

    void int64(long number) {
        room(Long.BYTES);
        row.putLong(number);
    }

    /** @param number its 32 bits without a sign */
    void uint32(long number) {
        room(Integer.BYTES);
        row.putInt((int) number);
    }

    void bool(boolean value) {
        room(1);
        row.put((byte) (value ? 1 : 0));
    }

    byte[] bytes() {
        return Arrays.copyOf(row.array(), row.position());
    }

    private void isNull(boolean isNull) {
        bool(isNull);
    }

    private void room(int needed) {
        if (row.remaining() < needed) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(2 * row.capacity(), row.position() + needed))
                    .order(ByteOrder.LITTLE_ENDIAN);
            row = larger.put(row.flip());
        }
    }
}
