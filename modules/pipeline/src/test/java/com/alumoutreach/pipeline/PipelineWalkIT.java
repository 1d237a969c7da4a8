package com.alumoutreach.pipeline;

import static com.alumoutreach.pipeline.PipelineRun.PATIENCE;
import static com.alumoutreach.pipeline.PipelineRun.TENANT;
import static com.alumoutreach.pipeline.PipelineRun.ask;
import static com.alumoutreach.pipeline.PipelineRun.command;
import static com.alumoutreach.pipeline.PipelineRun.events;
import static com.alumoutreach.pipeline.PipelineRun.mail;
import static com.alumoutreach.pipeline.PipelineRun.outcome;
import static com.alumoutreach.pipeline.PipelineRun.status;
import static com.alumoutreach.pipeline.PipelineRun.types;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.links.Link;
import com.alumoutreach.backbone.links.SignedLinks;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventCatalog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.EventType;
import com.alumoutreach.contracts.contact.ContactConsentGranted;
import com.alumoutreach.contracts.contact.ContactConsentRevoked;
import com.alumoutreach.contracts.work.SendMessage;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.RejectException;

/** A command becomes one mail, and the other services hear what became of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineWalkIT {
    private MailServer mails;
    private RunningService service;
    private String id;
    private String recipient;

    @BeforeAll
    void start() {
        mails = new MailServer();
        service = PipelineRun.start(mails);
    }

    @AfterAll
    void stop() {
        service.close();
        mails.close();
    }

    @BeforeEach
    void freshMessage() {
        id = UUID.randomUUID().toString();
        recipient = id + "@example.com";
    }

    @Test
    void aCommandBecomesOneMailAndTwoEvents() throws Exception {
        EventEnvelope command = command(
                TENANT,
                new SendMessage(
                        id,
                        "email",
                        "contact-1",
                        recipient,
                        "Grüße, {{ firstName }} 🎈",
                        "<p>{{ company | default: 'you' }}</p>",
                        "{% if firstName %}Dear {{ firstName }}{% endif %}, {{ unknown }}.",
                        Map.of("firstName", "Ada"),
                        "campaign",
                        "c-1",
                        "t-1"));
        service.publish(command);

        EventEnvelope sent = outcome(service, id);
        assertThat(types(service, id)).containsExactly("pipeline.message.queued", "pipeline.message.sent");
        assertThat(sent.tenantId()).isEqualTo(TENANT);
        assertThat(sent.source()).isEqualTo("pipeline-service");
        assertThat(sent.correlationId()).isEqualTo("correlation-1");
        assertThat(sent.causationId()).isEqualTo(command.id());
        assertThat(sent.data().get("recipientAddress").textValue()).isEqualTo(recipient);
        assertThat(sent.data().get("contactId").textValue()).isEqualTo("contact-1");
        assertThat(sent.data().get("sourceId").textValue()).isEqualTo("c-1");
        assertThat(sent.data().get("templateId").textValue()).isEqualTo("t-1");
        assertThat(mails.mailsTo(recipient)).hasSize(1);
        MimeMessage mail = mails.mailsTo(recipient).getFirst().parsed();
        assertThat(mail.getSubject()).isEqualTo("Grüße, Ada 🎈");
        assertThat(mail.getFrom()).extracting(Object::toString).containsExactly("outreach@sender.example");
        assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly(recipient);
        assertThat(mail.getMessageID())
                .isEqualTo(sent.data().get("externalId").textValue())
                .isEqualTo("<" + id + "@sender.example>");
        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getBodyPart(0).getContent()).isEqualTo("Dear Ada, .");
        assertThat(parts.getBodyPart(1).getContent()).isEqualTo("<p>you</p>");
    }

    @Test
    void eachMailCanBeUnsubscribedFromByOneClick() throws Exception {
        ask(service, mail(id, recipient, "Hi", "Bye: {{ unsubscribe_url }} {{ preferences_url }}", Map.of()));
        outcome(service, id);
        MimeMessage mail = mails.mailsTo(recipient).getFirst().parsed();
        assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        String header = mail.getHeader("List-Unsubscribe", null).replaceAll("\\s+", "");
        String url = header.substring(1, header.indexOf('>'));
        assertThat(url).startsWith("http://localhost:8080/unsubscribe/");
        assertThat(String.valueOf(mail.getContent())).contains(url).contains("/preferences/");
        Link link = service.context()
                .getBean(SignedLinks.class)
                .read(Link.Purpose.UNSUBSCRIBE, url.substring(url.lastIndexOf('/') + 1))
                .orElseThrow();
        assertThat(link).isEqualTo(new Link(Link.Purpose.UNSUBSCRIBE, TENANT, "contact-1", "email", null, id, null));
    }

    @Test
    void whoRevokedConsentIsNotWrittenTo() {
        String contact = "contact-" + id;
        Instant now = Instant.now();
        publish(new ContactConsentRevoked(contact, "email", "one_click", null, now, 3L, null, null, null));
        // Older, and about other things: none of them weakens the word.
        publish(new ContactConsentGranted(contact, "email", "api", now, 2L, null, null));
        publish(new ContactConsentGranted(contact, "email", "api", now, 4L, "news", null));
        publish(new ContactConsentGranted(contact, "sms", "api", now, 5L, null, null));
        awaitConsent(contact, "sms", 5);
        ask(service, to(contact, id, "campaign"));
        assertThat(outcome(service, id).data().get("errorCode").textValue()).isEqualTo("CONSENT_REVOKED");
        assertThat(mails.mailsTo(recipient)).isEmpty();

        String question = UUID.randomUUID().toString();
        ask(service, to(contact, question, "consent"));
        assertThat(outcome(service, question).type()).isEqualTo("pipeline.message.sent");

        publish(new ContactConsentGranted(contact, "email", "double_opt_in", now, 6L, null, null));
        awaitConsent(contact, "email", 6);
        String again = UUID.randomUUID().toString();
        ask(service, to(contact, again, "campaign"));
        assertThat(outcome(service, again).type()).isEqualTo("pipeline.message.sent");
    }

    @Test
    void aGrantThatIsTakenBackIsNoRefusal() {
        String contact = "contact-" + id;
        Instant now = Instant.now();
        publish(new ContactConsentGranted(contact, "email", "import", now, 2L, null, null));
        publish(new ContactConsentRevoked(contact, "email", "import", null, now, 3L, null, null, true));
        awaitConsent(contact, "email", 3);
        ask(service, to(contact, id, "campaign"));
        assertThat(outcome(service, id).type()).isEqualTo("pipeline.message.sent");
    }

    private void awaitConsent(String contact, String channel, long version) {
        await("version " + version)
                .atMost(PipelineRun.PATIENCE)
                .until(() -> service.database()
                        .inTransaction(
                                TENANT,
                                tx -> tx.createQuery(
                                                "SELECT version FROM pipeline.consents"
                                                        + " WHERE tenant_id = :tenant AND contact_id = :contact AND channel = :channel")
                                        .bind("tenant", TENANT)
                                        .bind("contact", contact)
                                        .bind("channel", channel)
                                        .mapTo(Long.class)
                                        .findFirst()
                                        .filter(found -> found == version)
                                        .isPresent()));
    }

    private SendMessage to(String contact, String message, String sourceType) {
        return new SendMessage(
                message, "email", contact, recipient, "Hi", null, "Hello", Map.of(), sourceType, "s-1", null);
    }

    private void publish(Event event) {
        EventType type = EventCatalog.of(event.getClass());
        service.publish(new EventEnvelope(
                EventIds.next(),
                type.subject(),
                type.version(),
                "contacts-service",
                Instant.now(),
                TENANT,
                "correlation-1",
                null,
                null,
                event.entity(),
                EventCodec.toData(event),
                Map.of()));
    }

    @Test
    void theSameMessageAskedForAgainIsNotSentAgain() {
        EventEnvelope command = command(TENANT, mail(id, recipient));
        service.publish(command);
        service.publish(command);
        ask(service, mail(id, recipient));
        outcome(service, id);
        ask(service, mail(id, recipient));
        service.publish(command);
        afterEverythingSoFar();
        assertThat(mails.mailsTo(recipient)).hasSize(1);
        assertThat(types(service, id)).containsExactly("pipeline.message.queued", "pipeline.message.sent");
        assertThat(status(service, id)).isEqualTo("sent");
    }

    @Test
    void oneMessageIdOfTwoTenantsIsTwoMessages() {
        service.publish(command(TENANT, mail(id, recipient)));
        service.publish(command("tenant-b", mail(id, recipient)));
        await().atMost(PATIENCE).until(() -> events(service, id).size() == 4);
        assertThat(mails.mailsTo(recipient)).hasSize(2);
    }

    @Test
    void aRecipientThatIsRefusedForGoodIsAFailureWithTheServersWords() {
        mails.refuse(recipient, new RejectException(550, "5.1.1 no such user here"));
        ask(service, mail(id, recipient));
        EventEnvelope failed = outcome(service, id);
        assertThat(failed.type()).isEqualTo("pipeline.message.failed");
        assertThat(failed.data().get("errorCode").textValue()).isEqualTo("SMTP_550");
        assertThat(failed.data().get("reason").textValue()).contains("5.1.1 no such user here");
        assertThat(mails.mailsTo(recipient)).isEmpty();
        assertThat(status(service, id)).isEqualTo("failed");
    }

    @Test
    void aRecipientThatIsRefusedForNowGetsTheMailLaterAndOnce() {
        mails.refuse(recipient, new RejectException(451, "4.7.1 greylisted, come back"));
        int before = mails.refusals();
        ask(service, mail(id, recipient));
        await().atMost(PATIENCE).until(() -> mails.refusals() == before + 1);
        await().atMost(PATIENCE).until(() -> status(service, id).equals("queued"));
        assertThat(outcome(service, id).type()).isEqualTo("pipeline.message.sent");
        assertThat(mails.mailsTo(recipient)).hasSize(1);
    }

    @Test
    void whileTheMailServerIsAwayMessagesWait() {
        afterEverythingSoFar();
        mails.goAway();
        for (int i = 0; i < 10; i++) {
            ask(service, mail(id + "-" + i, recipient));
        }
        await().atMost(PATIENCE).until(() -> events(service, id + "-9").size() == 1);
        assertThat(status(service, id + "-9")).isEqualTo("queued");
        mails.comeBack();
        for (int i = 0; i < 10; i++) {
            assertThat(outcome(service, id + "-" + i).type()).isEqualTo("pipeline.message.sent");
        }
        assertThat(mails.mailsTo(recipient)).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nobody", "a b@example.com", "+15046218927", "x@example.com\r\nRCPT TO:<y@example.com>", "@"})
    void whatIsNoAddressIsAFailure(String address) {
        ask(service, mail(id, address));
        EventEnvelope failed = outcome(service, id);
        assertThat(failed.type()).isEqualTo("pipeline.message.failed");
        assertThat(failed.data().get("errorCode").textValue()).isEqualTo("INVALID_RECIPIENT");
    }

    @Test
    void variablesCannotWriteHeaders() throws Exception {
        String hostile = id + "\r\nBcc: spy@example.com";
        ask(service, mail(hostile, recipient, "Hi {{ name }}", "t", Map.of("name", "Ada\r\nBcc: spy@example.com")));
        assertThat(outcome(service, hostile).type()).isEqualTo("pipeline.message.sent");
        MimeMessage mail = mails.mailsTo(recipient).getFirst().parsed();
        assertThat(mail.getSubject()).isEqualTo("Hi Ada Bcc: spy@example.com");
        assertThat(mail.getHeader("Bcc")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in (1..2000000000) %}{% endfor %}",
                "{% for i in (1..9999) %}{% for j in (1..9999) %}{{ i }}{% endfor %}{% endfor %}",
                "{% for i in (1..9000) %}{{ text }}{% endfor %}",
                "{% assign a = text %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}",
                "{% assign a = text | split: '' %}{% for i in (1..60) %}{% assign a = a | concat: a %}{% endfor %}",
                "{% assign a = text %}{% for i in (1..9999) %}{% assign b = a | upcase | downcase | strip_html %}{% endfor %}",
                "{% include '/etc/passwd' %}",
                "{% include_relative pom.xml %}",
                "{{ text | no_such_filter }}",
                "{% if",
            })
    void aHostileTemplateFailsAloneAndLeavesNothingRunning(String hostile) {
        ask(service, mail(id, recipient, "s", hostile, Map.of("text", "x".repeat(100_000))));
        EventEnvelope failed = outcome(service, id);
        assertThat(failed.type()).isEqualTo("pipeline.message.failed");
        assertThat(failed.data().get("errorCode").textValue()).isEqualTo("RENDERING_FAILED");
        assertThat(failed.data().get("reason").textValue())
                .hasSizeLessThan(1_000)
                .doesNotContain("root:");
        assertThat(mails.mailsTo(recipient)).isEmpty();
        await("the rendering has ended").atMost(PATIENCE).until(() -> !rendering());
        afterEverythingSoFar();
    }

    @Test
    void templatesNestedTooDeeplyDoNotStopTheSenders() {
        String nested = "{% if a %}".repeat(10_000);
        for (int i = 0; i < 8; i++) {
            ask(service, mail(id + "-" + i, recipient, "s", nested, Map.of()));
        }
        for (int i = 0; i < 8; i++) {
            assertThat(outcome(service, id + "-" + i).data().get("errorCode").textValue())
                    .isEqualTo("RENDERING_FAILED");
        }
        afterEverythingSoFar();
    }

    /** Messages that were asked for now have been sent, so what was asked for before has been decided or is being sent. */
    private void afterEverythingSoFar() {
        List<String> markers =
                Stream.generate(() -> UUID.randomUUID().toString()).limit(8).toList();
        markers.forEach(marker -> ask(service, mail(marker, "marker@example.com")));
        markers.forEach(marker -> assertThat(outcome(service, marker).type()).isEqualTo("pipeline.message.sent"));
    }

    private static boolean rendering() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("liquid"));
    }
}
