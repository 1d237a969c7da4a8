package com.alumoutreach.backbone.consuming;

import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.Provisioning;
import io.nats.client.ConsumerContext;
import io.nats.client.FetchConsumeOptions;
import io.nats.client.FetchConsumer;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamStatusCheckedException;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Station 6: pulls deliveries of one durable from one stream, batch by batch, and gives them to {@link DeliveryProcessor}
 * (station 7). While there is a backlog the next batch is pulled and read while one is handled. Any number of instances may
 * pull from one durable.
 */
final class DurableSubscription {
    private static final Logger LOG = LoggerFactory.getLogger(DurableSubscription.class);

    /** How long an empty pull waits at the server; also the longest that a stop waits for an idle subscription. */
    private static final long PULL_WAIT_MILLIS = 1_000;

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final DurableConsumer consumer;
    private final EventStream source;
    private final NatsConnection nats;
    private final Provisioning provisioning;
    private final BatchProcessor processor;
    private final Heartbeat heartbeat;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Future<@Nullable Taken> ahead;

    /** What becomes of a batch, in two steps: the first may run while the batch before is in its second. */
    @FunctionalInterface
    interface BatchProcessor {
        /**
         * Reads a batch, without any effect.
         *
         * @return to be called once: decides about the batch; false asks for a pause before the next
         */
        BooleanSupplier read(List<Incoming> batch);
    }

    /** A batch that was read and is kept alive until it is closed. */
    private record Taken(List<Incoming> deliveries, BooleanSupplier decide, Heartbeat.Beating beating)
            implements AutoCloseable {
        @Override
        public void close() {
            beating.close();
        }
    }

    DurableSubscription(
            DurableConsumer consumer,
            EventStream source,
            NatsConnection nats,
            Provisioning provisioning,
            BatchProcessor processor,
            Heartbeat heartbeat) {
        this.consumer = consumer;
        this.source = source;
        this.nats = nats;
        this.provisioning = provisioning;
        this.processor = processor;
        this.heartbeat = heartbeat;
    }

    String durable() {
        return consumer.durable();
    }

    /** Returns after {@link #stop}, when the batch at hand is decided. */
    void run() throws InterruptedException {
        try {
            while (stopping.getCount() > 0) {
                if (!takeAndDecide() && stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } finally {
            // Kept alive, they would come to nobody else.
            Taken notDecided = next();
            if (notDecided != null) {
                giveBack(notDecided);
            }
        }
    }

    void stop() {
        stopping.countDown();
    }

    /** One batch; false when something is away. */
    private boolean takeAndDecide() throws InterruptedException {
        Taken batch = ahead == null ? take() : next();
        if (batch == null) {
            return false;
        }
        if (stopping.getCount() == 0) {
            giveBack(batch);
            return true;
        }
        if (batch.deliveries().size() == consumer.batchSize() && source != EventStream.WORK) {
            // There is more. Of a work queue nothing is taken ahead: another instance may have time for it now.
            FutureTask<@Nullable Taken> task = new FutureTask<>(this::take);
            ahead = task;
            Thread.ofVirtual().name(consumer.durable() + "-ahead").start(task);
        }
        try (batch) {
            return batch.decide().getAsBoolean();
        } catch (NatsAwayException | IllegalStateException e) {
            LOG.debug("subscription.interrupted durable={} reason={}", consumer.durable(), e.toString());
            return false;
        }
    }

    /** What was taken ahead; null when nothing was, or when that failed. */
    private @Nullable Taken next() throws InterruptedException {
        Future<@Nullable Taken> taken = ahead;
        ahead = null;
        try {
            return taken == null ? null : taken.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A pull failed in a way that nobody foresaw", e.getCause());
        }
    }

    private void giveBack(Taken batch) {
        try (batch) {
            batch.deliveries().forEach(incoming -> incoming.message().nak());
            if (!batch.deliveries().isEmpty()) {
                LOG.info(
                        "delivery.returned durable={} count={}",
                        consumer.durable(),
                        batch.deliveries().size());
            }
        } catch (IllegalStateException e) {
            // The connection is gone: the server delivers them again after the ack wait.
            LOG.debug("delivery.not_returned durable={}", consumer.durable(), e);
        }
    }

    /** Null when something is away. */
    private @Nullable Taken take() throws InterruptedException {
        try {
            provisioning.ensure();
            List<Incoming> batch = pull();
            BooleanSupplier decide = processor.read(batch);
            return new Taken(
                    batch, decide, batch.isEmpty() ? () -> {} : heartbeat.keepAlive(batch, consumer.ackWait()));
        } catch (NatsAwayException e) {
            LOG.debug("subscription.waiting durable={} reason={}", consumer.durable(), e.getMessage());
        } catch (IOException | IllegalStateException e) {
            LOG.debug("subscription.interrupted durable={} reason={}", consumer.durable(), e.toString());
        } catch (JetStreamApiException | JetStreamStatusCheckedException e) {
            // The durable or its stream may be gone: make them again before the next pull.
            LOG.warn("subscription.refused durable={} reason={}", consumer.durable(), e.getMessage());
            provisioning.forget();
        }
        return null;
    }

    private List<Incoming> pull()
            throws IOException, JetStreamApiException, InterruptedException, JetStreamStatusCheckedException {
        ConsumerContext context = nats.require().getConsumerContext(source.streamName(), consumer.durable());
        FetchConsumeOptions options = FetchConsumeOptions.builder()
                .maxMessages(consumer.batchSize())
                .noWaitExpiresIn(PULL_WAIT_MILLIS)
                .build();
        List<Incoming> batch = new ArrayList<>();
        try (FetchConsumer fetch = context.fetch(options)) {
            for (Message message = fetch.nextMessage(); message != null; message = fetch.nextMessage()) {
                batch.add(Incoming.of(message));
            }
        } catch (JetStreamStatusCheckedException e) {
            if (batch.isEmpty()) {
                throw e;
            }
        } catch (IOException | InterruptedException | JetStreamApiException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Cannot close the pull", e);
        }
        return batch;
    }
}
