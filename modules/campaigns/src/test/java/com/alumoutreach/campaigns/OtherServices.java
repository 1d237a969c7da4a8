package com.alumoutreach.campaigns;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.EventType;
import com.alumoutreach.contracts.pipeline.PipelineMessageFailed;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import com.alumoutreach.contracts.segment.SegmentEvaluated;
import com.alumoutreach.contracts.segment.SegmentMemberAdded;
import com.alumoutreach.contracts.segment.SegmentMemberRemoved;
import com.alumoutreach.contracts.template.TemplateCreated;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What segments, templates and the pipeline would say to this service. Ids grow from call to call, as those of events do. */
final class OtherServices {
    private final RunningService service;

    OtherServices(RunningService service) {
        this.service = service;
    }

    void say(EventEnvelope event) {
        service.publish(event);
    }

    void say(String tenant, Event event) {
        say(envelope(tenant, event));
    }

    EventEnvelope envelope(String tenant, Event event) {
        EventType type = EventCatalog.of(event.getClass());
        return new EventEnvelope(
                EventIds.next(),
                type.subject(),
                type.version(),
                "test-service",
                Instant.now(),
                tenant,
                "correlation",
                null,
                null,
                event.entity(),
                EventCodec.toData(event),
                Map.of());
    }

    static TemplateCreated template(String id) {
        return new TemplateCreated(id, "Welcome", "email", "Hello {{ firstName }}", "<p>Hi</p>", "Hi", 1L);
    }

    static SegmentMemberAdded added(String segment, String contact, @Nullable String email) {
        return new SegmentMemberAdded(
                segment, contact, email, null, "First " + contact, null, Map.of("company", "Engines"), 1L);
    }

    static SegmentMemberRemoved removed(String segment, String contact) {
        return new SegmentMemberRemoved(segment, contact, null, null, null, null, null, 2L);
    }

    static SegmentEvaluated evaluated(String segment) {
        return new SegmentEvaluated(segment, null, null, null, 1L, null, null);
    }

    static PipelineMessageSent sent(String message) {
        return new PipelineMessageSent(
                message, "email", "contact", null, "campaign", null, null, "<1@test>", null, null);
    }

    static PipelineMessageFailed failed(String message) {
        return new PipelineMessageFailed(
                message, "email", "contact", null, "campaign", null, null, null, "no", "SMTP_550", null, null);
    }

    /** Waits until the service has decided about everything that was said so far. */
    void awaitHeard(String durable) {
        Awaitility.await(durable + " has handled everything").until(() -> {
            ConsumerInfo info = info(durable);
            return info.getNumPending() == 0 && info.getNumAckPending() == 0;
        });
    }

    private ConsumerInfo info(String durable) {
        try {
            return service.nats().jetStreamManagement().getConsumerInfo("ALUM_EVENTS", durable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JetStreamApiException e) {
            throw new IllegalStateException(e);
        }
    }
}
