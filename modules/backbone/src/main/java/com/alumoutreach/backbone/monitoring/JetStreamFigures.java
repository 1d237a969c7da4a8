package com.alumoutreach.backbone.monitoring;

import com.alumoutreach.backbone.jetstream.DurableDefinition;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.module.BackgroundWork;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.AccountStatistics;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamInfo;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What NATS knows of the house's streams and of all their durables, also those of services that do not run: every service
 * shows it, so that a service which is down is still seen to lag. While NATS is away there are no such figures.
 *
 * <p>Seven requests a look, whatever the streams hold.
 */
@Singleton
final class JetStreamFigures implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(JetStreamFigures.class);
    private static final int STREAM_NOT_FOUND = 10059;

    private final NatsConnection nats;
    private final DurableDefinition.Source definitions;
    private final MeterRegistry metrics;
    private final Map<String, GaugeFamily> families = new HashMap<>();

    JetStreamFigures(NatsConnection nats, DurableDefinition.Source definitions, MeterRegistry metrics) {
        this.nats = nats;
        this.definitions = definitions;
        this.metrics = metrics;
    }

    @Override
    public String name() {
        return "jetstream-figures";
    }

    /** Shorter than the time between two scrapes. */
    @Override
    public Duration idle() {
        return Duration.ofSeconds(10);
    }

    @Override
    public boolean step() {
        Figures figures = new Figures();
        try {
            lookUp(nats.require().jetStreamManagement(), figures);
        } catch (IOException | JetStreamApiException | NatsAwayException e) {
            LOG.debug("jetstream.figures_missing reason={}", e.getMessage());
            figures = new Figures();
        }
        show(figures);
        return false;
    }

    private void lookUp(JetStreamManagement management, Figures figures) throws IOException, JetStreamApiException {
        account(management.getAccountStatistics(), figures);
        for (EventStream stream : EventStream.values()) {
            try {
                stream(stream, management.getStreamInfo(stream.streamName()), figures);
                for (ConsumerInfo durable : management.getConsumers(stream.streamName())) {
                    durable(stream, durable, figures);
                }
            } catch (JetStreamApiException e) {
                // Not made yet, or lost: its figures are missing until it is there.
                if (e.getApiErrorCode() != STREAM_NOT_FOUND) {
                    throw e;
                }
            }
        }
        Map<Tags, Number> pending = figures.of("nats.consumer.pending");
        for (DurableDefinition own : definitions.durables()) {
            Number lag = pending.get(tags(own.stream(), own.durable()));
            if (lag != null) {
                figures.addTo("consumer.lag", Tags.of("consumer", own.durable()), lag.longValue());
            }
        }
    }

    private static void account(AccountStatistics account, Figures figures) {
        figures.add("nats.storage.bytes", Tags.empty(), account.getStorage());
        // Accounts without a limit say -1.
        if (account.getLimits().getMaxStorage() > 0) {
            figures.add(
                    "nats.storage.bytes.limit",
                    Tags.empty(),
                    account.getLimits().getMaxStorage());
        }
    }

    private static void stream(EventStream stream, StreamInfo info, Figures figures) {
        Tags tags = Tags.of("stream", stream.streamName());
        figures.add("nats.stream.messages", tags, info.getStreamState().getMsgCount());
        figures.add("nats.stream.bytes", tags, info.getStreamState().getByteCount());
        if (info.getConfiguration().getMaxBytes() > 0) {
            figures.add("nats.stream.bytes.limit", tags, info.getConfiguration().getMaxBytes());
        }
        Duration kept = info.getConfiguration().getMaxAge();
        if (kept != null && kept.isPositive()) {
            figures.add("nats.stream.age.limit.seconds", tags, kept.toSeconds());
        }
        ZonedDateTime first = info.getStreamState().getFirstTime();
        boolean empty = info.getStreamState().getMsgCount() == 0;
        ZonedDateTime now = info.getTimestamp();
        double age = empty || first == null || now == null
                ? 0
                : Duration.between(first, now).toMillis() / 1_000.0;
        figures.add("nats.stream.age.seconds", tags, Math.max(0, age));
        figures.first = info.getStreamState().getFirstSequence();
    }

    private static void durable(EventStream stream, ConsumerInfo info, Figures figures) {
        if (info.getConsumerConfiguration().getDurable() == null) {
            // A reader that passes by.
            return;
        }
        Tags tags = tags(stream, info.getName());
        long floor = info.getAckFloor().getStreamSequence();
        figures.add("nats.consumer.pending", tags, info.getNumPending());
        figures.add("nats.consumer.ack.pending", tags, info.getNumAckPending());
        figures.add("nats.consumer.redelivered", tags, info.getRedelivered());
        figures.add("nats.consumer.delivered", tags, info.getDelivered().getConsumerSequence());
        figures.add("nats.consumer.ack.floor", tags, info.getAckFloor().getConsumerSequence());
        figures.add("nats.consumer.ack.floor.gap", tags, floor + 1 - figures.first);
    }

    private static Tags tags(EventStream stream, String durable) {
        return Tags.of("stream", stream.streamName(), "consumer", durable);
    }

    private void show(Figures figures) {
        figures.byName.keySet().forEach(name -> families.computeIfAbsent(name, n -> new GaugeFamily(metrics, n)));
        families.forEach((name, family) -> family.show(figures.of(name)));
    }

    /** What one look found, by name and labels. */
    private static final class Figures {
        private final Map<String, Map<Tags, Number>> byName = new HashMap<>();
        private long first;

        private void add(String name, Tags tags, Number value) {
            byName.computeIfAbsent(name, n -> new HashMap<>()).put(tags, value);
        }

        private void addTo(String name, Tags tags, long value) {
            byName.computeIfAbsent(name, n -> new HashMap<>())
                    .merge(tags, value, (a, b) -> a.longValue() + b.longValue());
        }

        private Map<Tags, Number> of(String name) {
            return byName.getOrDefault(name, Map.of());
        }
    }
}
