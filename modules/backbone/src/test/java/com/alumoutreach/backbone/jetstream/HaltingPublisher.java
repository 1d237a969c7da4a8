package com.alumoutreach.backbone.jetstream;

import com.alumoutreach.backbone.probe.ProbeProcess;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;

/** Ends the process when JetStream has acknowledged a batch, before the caller hears of it. */
@Singleton
@Replaces(JetStreamPublisher.class)
@Requires(property = "probe.halt-at", value = "after-publish")
final class HaltingPublisher extends JetStreamPublisher {
    HaltingPublisher(NatsConnection nats) {
        super(nats);
    }

    @Override
    public Sending send(List<OutgoingMessage> messages) {
        Sending sending = super.send(messages);
        return () -> {
            long position = sending.await();
            Runtime.getRuntime().halt(ProbeProcess.HALTED);
            return position;
        };
    }
}
