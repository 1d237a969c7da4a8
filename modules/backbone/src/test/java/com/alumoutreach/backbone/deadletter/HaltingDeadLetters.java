package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.probe.ProbeProcess;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Ends the process when a letter is stored, before its delivery is terminated. */
@Singleton
@Replaces(JetStreamDeadLetters.class)
@Requires(property = "probe.halt-at", value = "after-dead-letter")
final class HaltingDeadLetters implements DeadLetters {
    private final DeadLetters letters;

    HaltingDeadLetters(NatsConnection nats, JetStreamPublisher publisher) {
        this.letters = new JetStreamDeadLetters(nats, publisher);
    }

    @Override
    public void store(DeadLetter.Draft draft) {
        letters.store(draft);
        Runtime.getRuntime().halt(ProbeProcess.HALTED);
    }

    @Override
    public List<DeadLetter> list(DeadLetterFilter filter, long after, int limit) {
        return letters.list(filter, after, limit);
    }

    @Override
    public Optional<DeadLetter> find(long position) {
        return letters.find(position);
    }

    @Override
    public void redeliver(DeadLetter letter) {
        letters.redeliver(letter);
    }

    @Override
    public void discard(DeadLetter letter) {
        letters.discard(letter);
    }
}
