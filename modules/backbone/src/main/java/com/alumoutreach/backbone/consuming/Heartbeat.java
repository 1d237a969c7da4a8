package com.alumoutreach.backbone.consuming;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Tells the server {@code inProgress} for deliveries whose handler is still at work, so that no other instance gets them. */
@Singleton
final class Heartbeat {
    /** Twice within the ack wait, so that one lost message does no harm. */
    private static final int BEATS_PER_ACK_WAIT = 3;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("delivery-heartbeat").factory());

    /** Ends when closed. */
    interface Beating extends AutoCloseable {
        @Override
        void close();
    }

    Beating keepAlive(List<Incoming> batch, Duration ackWait) {
        long period = ackWait.toMillis() / BEATS_PER_ACK_WAIT;
        ScheduledFuture<?> beats = timer.scheduleAtFixedRate(() -> beat(batch), period, period, TimeUnit.MILLISECONDS);
        return () -> beats.cancel(false);
    }

    private static void beat(List<Incoming> batch) {
        for (Incoming incoming : batch) {
            // Decided ones are left alone: the client sends nothing after an ack.
            if (incoming.message().lastAck() == null || !incoming.message().lastAck().terminal) {
                incoming.message().inProgress();
            }
        }
    }

    @PreDestroy
    void close() {
        timer.shutdownNow();
    }
}
