package com.alumoutreach.contracts;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Writes an envelope's JSON without a tree of it: a relay does this for every event of the house. */
final class EnvelopeText {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final int HEAD_CHARS = 512;

    private final StringBuilder text;

    private EnvelopeText(int chars) {
        this.text = new StringBuilder(chars);
    }

    static String of(EventEnvelope envelope, String data) {
        EnvelopeText writer = new EnvelopeText(HEAD_CHARS + data.length());
        writer.write(envelope, data);
        return writer.text.toString();
    }

    private void write(EventEnvelope envelope, String data) {
        field('{', "id").plain(envelope.id().toString());
        field(',', "type").quoted(envelope.type());
        field(',', "version").quoted(envelope.version());
        field(',', "source").quoted(envelope.source());
        field(',', "timestamp").plain(MILLIS.format(envelope.timestamp()));
        field(',', "tenantId").quoted(envelope.tenantId());
        field(',', "correlationId").quoted(envelope.correlationId());
        if (envelope.causationId() != null) {
            field(',', "causationId").plain(envelope.causationId().toString());
        }
        Actor actor = envelope.actor();
        if (actor != null) {
            field(',', "actor");
            pair(
                    "id",
                    actor.id(),
                    "type",
                    actor.type() == null ? null : actor.type().wireName());
        }
        EntityRef entity = envelope.entity();
        if (entity != null) {
            field(',', "entity");
            pair("id", entity.id(), "type", entity.type());
        }
        field(',', "data").compact(data);
        envelope.extensions().forEach((name, value) -> {
            text.append(',');
            quoted(name);
            text.append(':').append(value);
        });
        text.append('}');
    }

    private EnvelopeText field(char before, String name) {
        text.append(before).append('"').append(name).append("\":");
        return this;
    }

    private void pair(String first, @Nullable String firstValue, String second, @Nullable String secondValue) {
        char before = '{';
        if (firstValue != null) {
            field(before, first).quoted(firstValue);
            before = ',';
        }
        if (secondValue != null) {
            field(before, second).quoted(secondValue);
            before = ',';
        }
        text.append(before == '{' ? "{}" : "}");
    }

    /** @param value without characters that JSON escapes */
    private void plain(String value) {
        text.append('"').append(value).append('"');
    }

    private void quoted(String value) {
        text.append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, text);
        text.append('"');
    }

    /** Postgres prints jsonb with a blank after each colon and comma; on the wire they would be a tenth of an event. */
    private void compact(String json) {
        boolean inString = false;
        int copied = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                text.append(json, copied, i);
                copied = i + 1;
            }
        }
        text.append(json, copied, json.length());
    }
}
