package com.alumoutreach.contacts.consent;

import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contacts.contact.Texts;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a contact said about being written to over a channel, the last time.
 *
 * @param topic empty for everything on the channel; a channel that is revoked as a whole revokes each of its topics
 * @param source who says so: {@code api, import, preferences, one_click, double_opt_in, merge}, or what a caller named
 * @param proof what shows it; for example the form, its text, the address it was sent from
 * @param refused of a request to somebody who had revoked: until it is confirmed, what was revoked is
 */
public record Consent(
        String channel,
        String topic,
        State state,
        @Nullable String source,
        @Nullable Map<String, Object> proof,
        Instant changedAt,
        boolean refused) {
    public static final Set<String> CHANNELS = Set.of("email", "sms", "whatsapp");
    static final String EVERYTHING = "";
    private static final int MAX_TOPIC = 100;

    Consent(
            String channel,
            String topic,
            State state,
            @Nullable String source,
            @Nullable Map<String, Object> proof,
            Instant changedAt) {
        this(channel, topic, state, source, proof, changedAt, false);
    }

    /** Weakest first. */
    public enum State {
        GRANTED,
        /** Asked for by double opt-in; as good as none until it is confirmed. */
        REQUESTED,
        REVOKED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @throws ProblemException INVALID_CONSENT */
        static State of(@Nullable String wireName) {
            return List.of(values()).stream()
                    .filter(state -> state.wireName().equals(wireName))
                    .findFirst()
                    .orElseThrow(
                            () -> ProblemException.badRequest("INVALID_CONSENT", "state must be granted or revoked"));
        }
    }

    /** @throws ProblemException INVALID_CHANNEL */
    public static String channel(String value) {
        if (!CHANNELS.contains(value)) {
            throw ProblemException.badRequest(
                    "INVALID_CHANNEL",
                    "channel must be one of " + CHANNELS.stream().sorted().toList());
        }
        return value;
    }

    /**
     * In its canonical form, empty for null.
     *
     * @throws ProblemException INVALID_TOPIC over 100 characters; INVALID_TEXT
     */
    public static String topic(@Nullable String value) {
        String topic = Texts.trimmed("topic", value);
        if (topic != null && topic.length() > MAX_TOPIC) {
            throw ProblemException.badRequest("INVALID_TOPIC", "A topic has at most " + MAX_TOPIC + " characters");
        }
        return topic == null ? EVERYTHING : topic.toLowerCase(Locale.ROOT);
    }

    /** What the contact itself said last; a request is no word of its. */
    State word() {
        return state == State.REQUESTED && refused ? State.REVOKED : state;
    }

    /** As in events: null is everything. */
    @Nullable
    String topicOrNull() {
        return topic.isEmpty() ? null : topic;
    }
}
