package com.alumoutreach.backbone.deadletter;

import com.alumoutreach.backbone.jetstream.DurableDefinition;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.StreamContents;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.monitoring.GaugeFamily;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.nats.client.JetStreamApiException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code dead_letters} by durable: how many lie there, waiting for somebody. One request a look while nothing changes; else
 * the headers of at most {@value #MAX_COUNTED} letters are read, and the rest is counted under {@value #REST}.
 */
@Singleton
final class DeadLetterFigures implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterFigures.class);

    /** Some megabytes of headers; who has more dead letters has no need of an exact figure. */
    private static final int MAX_COUNTED = 10_000;

    private static final String REST = "not_counted";

    private final NatsConnection nats;
    private final DurableDefinition.Source definitions;
    private final GaugeFamily gauges;
    private String counted = "";
    private Map<Tags, Long> figures = Map.of();

    DeadLetterFigures(NatsConnection nats, DurableDefinition.Source definitions, MeterRegistry metrics) {
        this.nats = nats;
        this.definitions = definitions;
        this.gauges = new GaugeFamily(metrics, "dead.letters");
    }

    @Override
    public String name() {
        return "dead-letter-figures";
    }

    @Override
    public Duration idle() {
        return Duration.ofSeconds(15);
    }

    @Override
    public boolean step() {
        try {
            StreamContents stream = StreamContents.of(nats, EventStream.DEAD_LETTERS);
            if (!stream.fingerprint().equals(counted)) {
                figures = count(stream);
                counted = stream.fingerprint();
            }
            gauges.show(figures);
        } catch (IOException | JetStreamApiException | NatsAwayException e) {
            LOG.debug("dead_letters.figures_missing reason={}", e.getMessage());
            counted = "";
            gauges.show(Map.of());
        }
        return false;
    }

    private Map<Tags, Long> count(StreamContents stream) throws IOException, JetStreamApiException {
        Map<String, Long> byDurable = stream.countByHeader(DeadLetterFormat.DURABLE, MAX_COUNTED);
        Map<Tags, Long> figures = new HashMap<>();
        // A durable of ours without any shows 0, so that the first one is seen as a change.
        definitions.durables().forEach(own -> figures.put(Tags.of("consumer", own.durable()), 0L));
        byDurable.forEach((durable, count) -> figures.put(Tags.of("consumer", durable), count));
        long rest = stream.messages()
                - byDurable.values().stream().mapToLong(Long::longValue).sum();
        if (rest > 0) {
            figures.put(Tags.of("consumer", REST), rest);
        }
        return figures;
    }
}
