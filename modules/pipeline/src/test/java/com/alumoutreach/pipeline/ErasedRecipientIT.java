package com.alumoutreach.pipeline;

import static com.alumoutreach.pipeline.PipelineRun.PATIENCE;
import static com.alumoutreach.pipeline.PipelineRun.TENANT;
import static com.alumoutreach.pipeline.PipelineRun.command;
import static com.alumoutreach.pipeline.PipelineRun.events;
import static com.alumoutreach.pipeline.PipelineRun.outcome;
import static com.alumoutreach.pipeline.PipelineRun.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EntityRef;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.work.SendMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nothing is sent to a person who is erased, and who waits for an outcome gets one. */
class ErasedRecipientIT {
    private static final String ADDRESS = "unmistakable@example.com";

    @SuppressWarnings("NullAway.Init")
    private MailServer mails;

    @SuppressWarnings("NullAway.Init")
    private RunningService service;

    @BeforeEach
    void start() {
        mails = new MailServer();
        service = PipelineRun.start(mails);
    }

    @AfterEach
    void stop() {
        service.close();
        mails.close();
    }

    @Test
    void whatWaitsFailsAndWhatComesLaterFailsToo() {
        mails.goAway();
        service.publish(command(TENANT, mail("before", "contact-1")));
        service.publish(command(TENANT, mail("other", "contact-2")));
        await().atMost(PATIENCE).until(() -> status(service, "other").equals("queued"));

        service.publish(deleted("contact-1"));
        await().atMost(PATIENCE).until(() -> number("SELECT count(*) FROM pipeline.erasures WHERE sweeps > 0") == 1);
        service.publish(command(TENANT, mail("after", "contact-1")));
        mails.comeBack();

        for (String message : new String[] {"before", "after"}) {
            EventEnvelope failed = outcome(service, message);
            assertThat(failed.type()).isEqualTo("pipeline.message.failed");
            assertThat(failed.data().path("errorCode").asText()).isEqualTo("CONTACT_ERASED");
        }
        assertThat(outcome(service, "other").type()).isEqualTo("pipeline.message.sent");
        assertThat(mails.mailsTo(ADDRESS)).hasSize(1);
        assertThat(number("SELECT count(*) FROM pipeline.messages WHERE messages::text LIKE '%unmistakable%'"))
                .isEqualTo(1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events(service, "before").toString() + events(service, "after"))
                        .doesNotContain(ADDRESS));
        assertThat(service.messages("ALUM_WORK", ">"))
                .noneMatch(message -> new String(message.getData(), StandardCharsets.UTF_8).contains(ADDRESS));
    }

    private static SendMessage mail(String id, String contact) {
        return new SendMessage(
                id,
                "email",
                contact,
                ADDRESS,
                "Hello",
                null,
                "Dear",
                Map.of("name", ADDRESS),
                "campaign",
                "c-1",
                "t-1");
    }

    private static EventEnvelope deleted(String contact) {
        return new EventEnvelope(
                EventIds.next(),
                "contact.deleted",
                "1.1",
                "contacts-service",
                Instant.now(),
                TENANT,
                "correlation-1",
                null,
                null,
                new EntityRef(contact, "contact"),
                EventCodec.mapper().createObjectNode().put("contactId", contact).put("erased", true),
                Map.of());
    }

    private long number(String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(Long.class).one());
    }
}
