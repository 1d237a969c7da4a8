package com.alumoutreach.analytics.ingesting;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.monitoring.GaugeFamily;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code clickhouse_freshness_seconds}: the age of the oldest event of the stream that is not in ClickHouse yet, 0 when all
 * are. Figures are as old as that. It asks NATS and not ClickHouse, so it is known while ClickHouse is away, and a question
 * costs the same whatever the table holds. While NATS is away there is no such figure.
 */
@Singleton
final class Freshness implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);
    private static final String STREAM = EventStream.EVENTS.streamName();

    private final NatsConnection nats;
    private final String durable;
    private final Clock clock;
    private final GaugeFamily gauge;

    Freshness(
            NatsConnection nats,
            @Named("ANALYTICS_INGEST_CONSUMER") DurableConsumer ingest,
            Clock clock,
            MeterRegistry metrics) {
        this.nats = nats;
        this.durable = ingest.durable();
        this.clock = clock;
        this.gauge = new GaugeFamily(metrics, "clickhouse.freshness.seconds");
    }

    @Override
    public String name() {
        return "analytics-freshness";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(10);
    }

    @Override
    public boolean step() {
        try {
            gauge.show(Map.of(Tags.empty(), seconds(nats.require().jetStreamManagement())));
        } catch (IOException | JetStreamApiException | NatsAwayException e) {
            LOG.debug("analytics.freshness_unknown reason={}", e.getMessage());
            gauge.show(Map.of());
        }
        return false;
    }

    private double seconds(JetStreamManagement management) throws IOException, JetStreamApiException {
        ConsumerInfo info = management.getConsumerInfo(STREAM, durable);
        if (info.getNumPending() == 0 && info.getNumAckPending() == 0) {
            return 0;
        }
        // Below the floor everything is stored, or a dead letter.
        MessageInfo oldest =
                management.getNextMessage(STREAM, info.getAckFloor().getStreamSequence() + 1, ">");
        Duration age = Duration.between(oldest.getTime().toInstant(), clock.instant());
        return Math.max(0, age.toMillis() / 1_000.0);
    }
}
