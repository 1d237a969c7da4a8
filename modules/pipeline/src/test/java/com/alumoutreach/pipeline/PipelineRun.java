package com.alumoutreach.pipeline;

import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.EventType;
import com.alumoutreach.contracts.work.SendMessage;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Words that the tests of this service share: ask for a mail, and see what became of it. */
final class PipelineRun {
    static final Duration PATIENCE = Duration.ofSeconds(40);
    static final String TENANT = "tenant-a";

    private PipelineRun() {}

    static RunningService start(MailServer mails) {
        return start(TestServers.get().newScope(), mails);
    }

    /** Another instance on the same databases, or one that is started again. */
    static RunningService start(ServerAddresses servers, MailServer mails) {
        return RunningService.start(
                servers, Map.of("alum.smtp.url", mails.url(), "alum.smtp.from", "outreach@sender.example"));
    }

    static SendMessage mail(String id, String recipient) {
        return mail(id, recipient, "Hello {{ firstName }}", "Dear {{ firstName }}", Map.of("firstName", "Ada"));
    }

    static SendMessage mail(String id, String recipient, String subject, String text, Map<String, Object> variables) {
        return new SendMessage(
                id, "email", "contact-1", recipient, subject, null, text, variables, "campaign", "c-1", "t-1");
    }

    /** As another service would ask; each call is a command of its own, also for one message. */
    static EventEnvelope command(String tenant, SendMessage message) {
        EventType type = EventCatalog.of(SendMessage.class);
        return new EventEnvelope(
                EventIds.next(),
                type.subject(),
                type.version(),
                "campaigns-service",
                Instant.now(),
                tenant,
                "correlation-1",
                null,
                null,
                message.entity(),
                EventCodec.toData(message),
                Map.of());
    }

    static void ask(RunningService service, SendMessage message) {
        service.publish(command(TENANT, message));
    }

    /** What the other services heard about a message, in order. */
    static List<EventEnvelope> events(RunningService service, String messageId) {
        return service.events("pipeline.message.>").stream()
                .filter(e -> messageId.equals(e.data().path("messageId").textValue()))
                .toList();
    }

    static List<String> types(RunningService service, String messageId) {
        return events(service, messageId).stream().map(EventEnvelope::type).toList();
    }

    /** Waits for the outcome. */
    static EventEnvelope outcome(RunningService service, String messageId) {
        await("an outcome of " + messageId)
                .atMost(PATIENCE)
                .until(() -> events(service, messageId).size() >= 2);
        return events(service, messageId).get(1);
    }

    static String status(RunningService service, String messageId) {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery("SELECT status FROM pipeline.messages WHERE message_id = :id")
                        .bind("id", messageId)
                        .mapTo(String.class)
                        .findOne()
                        .orElse("unknown"));
    }

    /** Makes the time pass after which a sender that has not come back is taken for dead. */
    static void leaseEnds(RunningService service, String messageId) {
        service.database()
                .inSystemTransaction(
                        tx -> tx.createUpdate("UPDATE pipeline.messages SET lease_until = now() - interval '1 second'"
                                        + " WHERE message_id = :id AND status = 'transmitting'")
                                .bind("id", messageId)
                                .execute());
    }
}
