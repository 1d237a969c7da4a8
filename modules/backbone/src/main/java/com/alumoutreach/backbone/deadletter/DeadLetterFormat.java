package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.tracing.TraceParent;
import com.alumoutreach.contracts.EventCodec;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.nats.client.api.MessageInfo;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter on the wire: the body is the specification's error object {@code {originalEvent, error: {message, code,
 * attempts, lastAttempt}}}; what operators filter by is in headers, so that a list need not read bodies.
 */
final class DeadLetterFormat {
    /** The header with the durable that gave up. */
    static final String DURABLE = "Alum-Durable";

    /** A stack's first lines name the place; the rest is in the log. */
    private static final int STACK_LINES = 12;

    private static final int MAX_MESSAGE = 2_000;

    /** Larger originals are cut: the letter must fit NATS' message limit. The whole one is at its stream position. */
    private static final int MAX_ORIGINAL_BYTES = 950_000;

    private static final String BASE64 = "base64";

    private DeadLetterFormat() {}

    static byte[] body(DeadLetter.Draft draft) {
        ObjectNode letter = EventCodec.mapper().createObjectNode();
        byte[] original = draft.body().length > MAX_ORIGINAL_BYTES
                ? Arrays.copyOf(draft.body(), MAX_ORIGINAL_BYTES / 2)
                : draft.body();
        JsonNode event = json(original);
        if (event == null) {
            String text = text(original);
            letter.put("originalEncoding", text == null ? BASE64 : "text");
            event = new TextNode(text == null ? Base64.getEncoder().encodeToString(original) : text);
        }
        if (original != draft.body()) {
            letter.put("originalTruncated", true);
        }
        letter.set("originalEvent", event);
        letter.putObject("error")
                .put("message", message(draft))
                .put("code", draft.errorCode())
                .put("attempts", draft.attempts())
                .put("lastAttempt", draft.lastAttempt().toString());
        return letter.toString().getBytes(StandardCharsets.UTF_8);
    }

    static Map<String, String> headers(DeadLetter.Draft draft) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(DURABLE, draft.durable());
        headers.put("Alum-Stream", draft.stream());
        headers.put("Alum-Stream-Position", Long.toString(draft.streamPosition()));
        headers.put("Alum-Subject", draft.subject());
        headers.put("Alum-Attempts", Integer.toString(draft.attempts()));
        headers.put("Alum-First-Attempt", draft.firstAttempt().toString());
        headers.put("Alum-Last-Attempt", draft.lastAttempt().toString());
        if (draft.traceParent() != null) {
            headers.put(TraceParent.HEADER, draft.traceParent().toString());
        }
        List<String> stack = stack(draft.failure());
        for (int i = 0; i < stack.size(); i++) {
            headers.put("Alum-Stack-" + i, stack.get(i));
        }
        return headers;
    }

    static DeadLetter read(MessageInfo message) {
        Headers headers = Objects.requireNonNullElseGet(message.getHeaders(), Headers::new);
        JsonNode letter = Objects.requireNonNullElseGet(json(message.getData()), EventCodec.mapper()::createObjectNode);
        JsonNode event = letter.path("originalEvent");
        JsonNode error = letter.path("error");
        Instant stored = message.getTime().toInstant();
        return new DeadLetter(
                message.getSeq(),
                header(headers, DURABLE, ""),
                header(headers, "Alum-Subject", message.getSubject().substring("dlq.".length())),
                header(headers, "Alum-Stream", ""),
                Long.parseLong(header(headers, "Alum-Stream-Position", "0")),
                event.path("tenantId").textValue(),
                event.path("id").textValue(),
                error.path("code").asText(),
                error.path("message").asText(),
                error.path("attempts").asInt(),
                instant(headers, "Alum-First-Attempt", stored),
                instant(headers, "Alum-Last-Attempt", stored),
                stored,
                headers.keySet().stream()
                        .filter(name -> name.startsWith("Alum-Stack-"))
                        .sorted(java.util.Comparator.comparingInt(
                                n -> Integer.parseInt(n.substring("Alum-Stack-".length()))))
                        .map(headers::getFirst)
                        .toList(),
                event.isTextual() ? event.textValue() : event.toString());
    }

    /** The event's bytes as they were; null when they were too long to be kept. */
    static byte @Nullable [] original(MessageInfo message) {
        JsonNode letter = Objects.requireNonNull(json(message.getData()));
        if (letter.path("originalTruncated").asBoolean()) {
            return null;
        }
        JsonNode event = letter.path("originalEvent");
        if (BASE64.equals(letter.path("originalEncoding").textValue())) {
            return Base64.getDecoder().decode(event.textValue());
        }
        return (letter.has("originalEncoding") ? event.textValue() : event.toString()).getBytes(StandardCharsets.UTF_8);
    }

    /** The headers of an event that is given again: it stays in its trace. */
    static Map<String, String> originalHeaders(MessageInfo message) {
        String traceParent =
                message.getHeaders() == null ? null : message.getHeaders().getFirst(TraceParent.HEADER);
        return traceParent == null ? Map.of() : Map.of(TraceParent.HEADER, traceParent);
    }

    private static String message(DeadLetter.Draft draft) {
        Exception failure = draft.failure();
        String message = failure == null
                ? "The handler ended the process at every attempt"
                : Objects.requireNonNullElse(
                        failure.getMessage(), failure.getClass().getSimpleName());
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
    }

    private static List<String> stack(@Nullable Exception failure) {
        if (failure == null) {
            return List.of();
        }
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(failure.getClass().getName()),
                        Arrays.stream(failure.getStackTrace()).map(StackTraceElement::toString))
                .limit(STACK_LINES)
                // Headers are single lines of visible ASCII.
                .map(line -> line.replaceAll("[^\\x20-\\x7e]", "?"))
                .toList();
    }

    private static @Nullable JsonNode json(byte[] bytes) {
        try {
            JsonNode node = EventCodec.mapper().readTree(bytes);
            // Texts, numbers and nothing at all are kept as text, so that the bytes come back as they were.
            return node != null && node.isContainerNode() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String header(Headers headers, String name, String otherwise) {
        return Objects.requireNonNullElse(headers.getFirst(name), otherwise);
    }

    private static Instant instant(Headers headers, String name, Instant otherwise) {
        String value = headers.getFirst(name);
        return value == null ? otherwise : Instant.parse(value);
    }
}
