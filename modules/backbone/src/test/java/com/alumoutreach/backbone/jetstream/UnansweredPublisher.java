package com.alumoutreach.backbone.jetstream;

import java.util.List;

/** Does not hear the acknowledgement of one sending; the messages are stored. */
public final class UnansweredPublisher extends JetStreamPublisher {
    private final int unanswered;
    private int sendings;

    /** @param unanswered which sending, from 1 */
    public UnansweredPublisher(NatsConnection nats, int unanswered) {
        super(nats);
        this.unanswered = unanswered;
    }

    @Override
    public Sending send(List<OutgoingMessage> messages) {
        sendings++;
        Sending sending = super.send(messages);
        if (sendings != unanswered) {
            return sending;
        }
        return () -> {
            sending.await();
            throw new NatsAwayException("As if the connection had been lost");
        };
    }
}
