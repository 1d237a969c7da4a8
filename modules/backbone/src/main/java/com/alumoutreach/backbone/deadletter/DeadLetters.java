package com.alumoutreach.backbone.deadletter;

import java.util.List;
import java.util.Optional;

/** Where events go that a durable gave up on, and where they can be looked at and tried again. */
public interface DeadLetters {
    /**
     * Returns when the letter is stored. A second call for the same delivery stores no second letter.
     *
     * @throws com.alumoutreach.backbone.jetstream.NatsAwayException when that is not certain
     */
    void store(DeadLetter.Draft draft);

    /** @param after position to go on after, 0 for the start; @return at most {@code limit}, by position */
    List<DeadLetter> list(DeadLetterFilter filter, long after, int limit);

    Optional<DeadLetter> find(long position);

    /** Gives the event to its durable once more, and removes the letter. Dying in between leaves a letter whose second redelivery has no second effect. */
    void redeliver(DeadLetter letter);

    void discard(DeadLetter letter);
}
