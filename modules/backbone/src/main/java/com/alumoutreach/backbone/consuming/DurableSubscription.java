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
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Station 6: pulls deliveries of one durable from one stream, batch by batch, and gives them to {@link DeliveryProcessor} (station 7). Any
 * number of instances may pull from one durable.
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

    /** Decides about a batch; false asks for a pause before the next. */
    @FunctionalInterface
    interface BatchProcessor {
        boolean process(List<Incoming> batch);
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
        while (stopping.getCount() > 0) {
            if (!pullAndProcess() && stopping.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    void stop() {
        stopping.countDown();
    }

    /** One pull and its processing; false when something is away. */
    boolean pullAndProcess() throws InterruptedException {
        try {
            provisioning.ensure();
            List<Incoming> batch = pull();
            if (batch.isEmpty()) {
                return true;
            }
            if (stopping.getCount() == 0) {
                batch.forEach(incoming -> incoming.message().nak());
                LOG.info("delivery.returned durable={} count={}", consumer.durable(), batch.size());
                return true;
            }
            try (Heartbeat.Beating beating = heartbeat.keepAlive(batch, consumer.ackWait())) {
                return processor.process(batch);
            }
        } catch (NatsAwayException e) {
            LOG.debug("subscription.waiting durable={} reason={}", consumer.durable(), e.getMessage());
        } catch (IOException | IllegalStateException e) {
            LOG.debug("subscription.interrupted durable={} reason={}", consumer.durable(), e.toString());
        } catch (JetStreamApiException | JetStreamStatusCheckedException e) {
            // The durable or its stream may be gone: make them again before the next pull.
            LOG.warn("subscription.refused durable={} reason={}", consumer.durable(), e.getMessage());
            provisioning.forget();
        }
        return false;
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
