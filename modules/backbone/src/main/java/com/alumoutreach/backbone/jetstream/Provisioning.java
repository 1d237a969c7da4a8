package com.alumoutreach.backbone.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes streams and durables once for each connection to NATS; a server that lost them gets them again. */
@Singleton
public class Provisioning {
    private static final Logger LOG = LoggerFactory.getLogger(Provisioning.class);

    private static final int CONSUMER_NOT_FOUND = 10014;

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
            management.addOrUpdateConsumer(
                    durable.stream().streamName(), configuration(durable, existing(management, durable)));
        }
        provisioned = generation;
        LOG.info("jetstream.provisioned durables={}", durables.size());
    }

    /** Makes the next {@link #ensure} look again. */
    public synchronized void forget() {
        provisioned = -1;
    }

    /** Where an existing durable began is not changed: the server refuses that. */
    private static ConsumerConfiguration.Builder existing(JetStreamManagement management, DurableDefinition durable)
            throws IOException, JetStreamApiException {
        try {
            return ConsumerConfiguration.builder(management
                    .getConsumerInfo(durable.stream().streamName(), durable.durable())
                    .getConsumerConfiguration());
        } catch (JetStreamApiException e) {
            if (e.getApiErrorCode() != CONSUMER_NOT_FOUND) {
                throw e;
            }
            return ConsumerConfiguration.builder().deliverPolicy(DeliverPolicy.All);
        }
    }

    private static ConsumerConfiguration configuration(
            DurableDefinition durable, ConsumerConfiguration.Builder builder) {
        builder.durable(durable.durable())
                .ackPolicy(AckPolicy.Explicit)
                .ackWait(durable.ackWait())
                // The service counts attempts: at a server-side limit a message would just stop coming.
                .maxDeliver(-1)
                .maxAckPending(durable.maxAckPending());
        return builder.filterSubjects(durable.subjects()).build();
    }
}
