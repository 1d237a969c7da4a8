package com.alumoutreach.backbone.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes streams and durables once for each connection to NATS; a server that lost them gets them again. */
@Singleton
public class Provisioning {
    private static final Logger LOG = LoggerFactory.getLogger(Provisioning.class);

    private final NatsConnection nats;
    private final Streams streams;
    private final DurableDefinition.Source definitions;
    private long provisioned = -1;

    Provisioning(NatsConnection nats, Streams streams, DurableDefinition.Source definitions) {
        this.nats = nats;
        this.streams = streams;
        this.definitions = definitions;
    }

    /** @throws NatsAwayException while there is no connection */
    public synchronized void ensure() throws IOException, JetStreamApiException {
        long generation = nats.generation();
        if (provisioned == generation && nats.connected()) {
            return;
        }
        JetStreamManagement management = nats.require().jetStreamManagement();
        streams.provision(management);
        List<DurableDefinition> durables = definitions.durables();
        for (DurableDefinition durable : durables) {
            management.addOrUpdateConsumer(durable.stream().streamName(), configuration(durable));
        }
        provisioned = generation;
        LOG.info("jetstream.provisioned durables={}", durables.size());
    }

    /** Makes the next {@link #ensure} look again. */
    public synchronized void forget() {
        provisioned = -1;
    }

    private static ConsumerConfiguration configuration(DurableDefinition durable) {
        ConsumerConfiguration.Builder builder = ConsumerConfiguration.builder()
                .durable(durable.durable())
                .ackPolicy(AckPolicy.Explicit)
                .deliverPolicy(DeliverPolicy.All)
                .ackWait(durable.ackWait())
                // The service counts attempts: at a server-side limit a message would just stop coming.
                .maxDeliver(-1)
                .maxAckPending(durable.maxAckPending());
        if (!durable.subjects().isEmpty()) {
            List<String> filters = new ArrayList<>(durable.subjects());
            if (durable.stream() == EventStream.EVENTS) {
                filters.add("redeliver." + durable.durable() + ".>");
            }
            builder.filterSubjects(filters);
        }
        return builder.build();
    }
}
