package com.alumoutreach.backbone.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets back durables that are ahead of their stream, because it lost messages and they did not forget them. The server leaves
 * them there: they would never see the messages that take those positions next. To be called before anything is published to
 * a server that was started anew.
 */
public final class StrandedDurables {
    private static final Logger LOG = LoggerFactory.getLogger(StrandedDurables.class);

    private StrandedDurables() {}

    /** All durables of the stream, also those of other services. */
    public static void setBack(NatsConnection nats, EventStream stream) throws IOException, JetStreamApiException {
        JetStreamManagement management = nats.require().jetStreamManagement();
        long last =
                management.getStreamInfo(stream.streamName()).getStreamState().getLastSequence();
        for (ConsumerInfo durable : management.getConsumers(stream.streamName())) {
            if (durable.getDelivered().getStreamSequence() > last) {
                setBack(management, stream, durable, last);
            }
        }
    }

    private static void setBack(JetStreamManagement management, EventStream stream, ConsumerInfo durable, long last)
            throws IOException, JetStreamApiException {
        // What it had not acknowledged it may still have to handle.
        long start = Math.min(durable.getAckFloor().getStreamSequence(), last) + 1;
        LOG.warn(
                "durable.set_back durable={} delivered={} stream_end={} start={}",
                durable.getName(),
                durable.getDelivered().getStreamSequence(),
                last,
                start);
        ConsumerConfiguration.Builder anew = ConsumerConfiguration.builder(durable.getConsumerConfiguration());
        if (stream == EventStream.EVENTS) {
            anew.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(start);
        }
        management.deleteConsumer(stream.streamName(), durable.getName());
        management.addOrUpdateConsumer(stream.streamName(), anew.build());
    }
}
