package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.jetstream.Redelivery;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Dead letters in the stream ALUM_EVENTS_DLQ, under {@code dlq.<original subject>}. */
@Singleton
final class JetStreamDeadLetters implements DeadLetters {
    private static final int NO_MESSAGE = 10037;
    private static final String STREAM = EventStream.DEAD_LETTERS.streamName();

    private final NatsConnection nats;
    private final JetStreamPublisher publisher;

    JetStreamDeadLetters(NatsConnection nats, JetStreamPublisher publisher) {
        this.nats = nats;
        this.publisher = publisher;
    }

    @Override
    public void store(DeadLetter.Draft draft) {
        String id = draft.durable() + "/" + draft.stream() + "/" + draft.streamPosition();
        publisher.publish(new OutgoingMessage(
                "dlq." + draft.subject(), id, DeadLetterFormat.body(draft), DeadLetterFormat.headers(draft)));
    }

    @Override
    public List<DeadLetter> list(DeadLetterFilter filter, long after, int limit) {
        List<DeadLetter> found = new ArrayList<>();
        MessageInfo next = nextAfter(after);
        while (next != null && found.size() < limit) {
            DeadLetter letter = DeadLetterFormat.read(next);
            if (filter.matches(letter)) {
                found.add(letter);
            }
            next = nextAfter(letter.position());
        }
        return found;
    }

    @Override
    public Optional<DeadLetter> find(long position) {
        return Optional.ofNullable(message(position)).map(DeadLetterFormat::read);
    }

    @Override
    public void redeliver(DeadLetter letter) {
        MessageInfo stored = message(letter.position());
        if (stored == null) {
            return;
        }
        byte[] original = DeadLetterFormat.original(stored);
        if (original == null) {
            original = fromItsStream(letter);
        }
        // A command has one taker, so its own subject leads to the right durable.
        String subject = letter.stream().equals(EventStream.WORK.streamName())
                ? letter.subject()
                : Redelivery.subject(letter.durable(), letter.subject());
        // A message id of its own: the event's id may still be in the duplicate window from its first publish.
        publisher.publish(new OutgoingMessage(
                subject, UUID.randomUUID().toString(), original, DeadLetterFormat.originalHeaders(stored)));
        discard(letter);
    }

    @Override
    public void discard(DeadLetter letter) {
        try {
            management().deleteMessage(STREAM, letter.position());
        } catch (IOException e) {
            throw new NatsAwayException("Cannot reach the dead letters", e);
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != NO_MESSAGE && e.getApiErrorCode() != 10043) {
                throw new NatsAwayException("JetStream refused: " + e, e);
            }
        }
    }

    private byte[] fromItsStream(DeadLetter letter) {
        try {
            return management()
                    .getMessage(letter.stream(), letter.streamPosition())
                    .getData();
        } catch (IOException | JetStreamApiException e) {
            throw new NatsAwayException("The event is too large for a dead letter and gone from its stream", e);
        }
    }

    private @Nullable MessageInfo message(long position) {
        try {
            return management().getMessage(STREAM, position);
        } catch (IOException e) {
            throw new NatsAwayException("Cannot reach the dead letters", e);
        } catch (JetStreamApiException e) {
            return noneOrThrow(e);
        }
    }

    private @Nullable MessageInfo nextAfter(long position) {
        try {
            return management().getNextMessage(STREAM, position + 1, "dlq.>");
        } catch (IOException e) {
            throw new NatsAwayException("Cannot reach the dead letters", e);
        } catch (JetStreamApiException e) {
            return noneOrThrow(e);
        }
    }

    private static @Nullable MessageInfo noneOrThrow(JetStreamApiException e) {
        if (e.getApiErrorCode() == NO_MESSAGE || e.getErrorCode() == 404) {
            return null;
        }
        throw new NatsAwayException("JetStream refused: " + e, e);
    }

    private JetStreamManagement management() throws IOException {
        return nats.require().jetStreamManagement();
    }
}
