package com.alumoutreach.backbone.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import com.alumoutreach.contracts.contact.ContactDeleted;
import com.alumoutreach.contracts.work.SendMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.nats.client.api.MessageInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a log and the streams hold of a person is gone; the events stay, and no relay takes it for a loss. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogAndStreamErasureIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TENANT = ProbeModule.TENANT;

    private RunningService service;
    private EventLog log;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms"));
        log = service.context().getBean(EventLog.class, Qualifiers.byName(ProbeModule.NAME));
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void theEventsOfAPersonStayWithoutThePerson() {
        String other = created("web");
        String erased = created("web");
        String after = created("web");
        awaitEffects(other, erased, after);
        UUID event = eventOf(erased);

        erase(erased);

        awaitGone(erased);
        assertThat(logged(erased)).containsExactly("contact.created", "contact.deleted");
        assertThat(published(erased)).containsExactlyInAnyOrder("contact.created", "contact.deleted");
        assertThat(service.events("contact.created"))
                .filteredOn(copy -> copy.id().equals(event))
                .singleElement()
                .satisfies(copy -> {
                    assertThat(copy.data().path("contactId").asText()).isEqualTo(erased);
                    assertThat(copy.data().has("email")).isFalse();
                    assertThat(copy.data().path("contactVersion").asLong()).isEqualTo(1);
                });
        assertThat(everything()).contains(email(other), email(after));
        assertThat(effects(erased)).containsExactly(event);
    }

    @Test
    void aStepThatEndsAnywhereIsRepeated() {
        double before = rewinds();
        FailingMessages messages = service.context().getBean(FailingMessages.class);
        for (FailingMessages.Place place : FailingMessages.Place.values()) {
            String erased = created("web");
            awaitEffects(erased);
            messages.dieAt(place);

            erase(erased);

            await().atMost(PATIENCE).until(messages::died);
            awaitGone(erased);
            assertThat(published(erased))
                    .as("died %s", place)
                    .containsExactlyInAnyOrder("contact.created", "contact.deleted");
        }
        assertNothingWasTakenForALoss(before);
    }

    @Test
    void aDurableThatIsBehindGetsTheRedactedCopyOnce() throws Exception {
        awaitEffects(created("web"));
        service.nats()
                .jetStreamManagement()
                .pauseConsumer(
                        "ALUM_EVENTS", ProbeModule.DURABLE, ZonedDateTime.now().plusMinutes(5));
        String erased = created("web");
        erase(erased);
        awaitGone(erased);
        assertThat(effects(erased)).isEmpty();

        service.nats().jetStreamManagement().resumeConsumer("ALUM_EVENTS", ProbeModule.DURABLE);

        awaitEffects(erased, created("web"));
        assertThat(effects(erased)).containsExactly(eventOf(erased));
    }

    @Test
    void aLossBesideAnErasureIsStillFound() throws Exception {
        double before = rewinds();
        String first = created("web");
        String erased = created("web");
        String lost = created("web");
        String last = created("web");
        awaitEffects(first, erased, lost, last);
        UUID event = eventOf(lost);
        erase(erased);
        awaitGone(erased);
        assertNothingWasTakenForALoss(before);

        long position = service.messages("ALUM_EVENTS", "contact.created").stream()
                .filter(message -> text(message).contains(event.toString()))
                .findFirst()
                .orElseThrow()
                .getSeq();
        service.nats().jetStreamManagement().deleteMessage("ALUM_EVENTS", position);

        await().atMost(PATIENCE)
                .until(() -> service.events("contact.created").stream()
                        .map(EventEnvelope::id)
                        .anyMatch(event::equals));
        assertThat(rewinds()).isEqualTo(before + 1);
        assertThat(published(erased)).containsExactlyInAnyOrder("contact.created", "contact.deleted");
        assertThat(everything()).doesNotContain(email(erased)).contains(email(lost));
    }

    @Test
    void aDeadLetterStaysWithoutThePerson() {
        String erased = created("fail-99");
        await().atMost(PATIENCE).until(() -> deadLetters().contains(erased));

        erase(erased);

        awaitGone(erased);
        await().atMost(PATIENCE).until(() -> !deadLetters().contains(email(erased)));
        assertThat(deadLetters()).contains(erased);
    }

    @Test
    void aCommandThatNobodyTookYetStaysWithoutThePerson() {
        String erased = created("web");
        append(
                erased,
                new SendMessage(
                        "m-" + erased, "email", erased, email(erased), "Hello", null, "Dear", null, null, null, null));
        await().atMost(PATIENCE).until(() -> waiting().contains(email(erased)));

        erase(erased);

        awaitGone(erased);
        assertThat(waiting()).doesNotContain(email(erased)).contains("m-" + erased, "\"recipientAddress\":\"erased\"");
    }

    @Test
    void aMessageThatSomebodyElseDeletedFirstIsNoError() throws Exception {
        awaitEffects(created("web"));
        FailingMessages messages = service.context().getBean(FailingMessages.class);
        long position = service.nats()
                .jetStream()
                .publish("dlq.contact.created", "{}".getBytes(StandardCharsets.UTF_8))
                .getSeqno();
        messages.delete(EventStream.DEAD_LETTERS, position);
        messages.delete(EventStream.DEAD_LETTERS, position);
        assertThat(messages.find(EventStream.DEAD_LETTERS, position)).isNull();
    }

    @Test
    void nobodyChangesAnEventOtherwise() {
        String contact = created("web");
        UUID event = eventOf(contact);
        assertThatThrownBy(() -> execute("UPDATE probe.system_events SET payload = '{}'"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() ->
                        service.asOwner("SET app.all_tenants = 'on'; UPDATE probe.system_events SET payload = '{}'"))
                .hasMessageContaining("append-only");
        assertThat(redact(event, "{\"contactId\":\"" + contact + "\"}"))
                .as("nobody is to be erased")
                .isZero();
        execute("INSERT INTO probe.erasures (tenant_id, contact_id, next_sweep_at) VALUES ('" + TENANT + "', '"
                + contact + "', NULL)");
        assertThat(redact(event, "{\"contactId\":\"someone-else\"}")).isZero();
        assertThat(redact(event, "{\"contactId\":\"" + contact + "\",\"added\":1}"))
                .isZero();
        assertThat(redact(event, "{\"contactId\":\"" + contact + "\",\"email\":\"erased\"}"))
                .isEqualTo(1);
    }

    private long redact(UUID event, String payload) {
        return number("SELECT probe.redact_events(ARRAY['" + event + "'::uuid], ARRAY['" + payload + "'::jsonb])");
    }

    private String created(String source) {
        String contact = EventIds.next().toString();
        append(
                contact,
                new ContactCreated(
                        contact, email(contact), null, source, null, null, null, null, 1L, null, null, null, null));
        return contact;
    }

    private void erase(String contact) {
        append(contact, new ContactDeleted(contact, 2L, true, null));
    }

    private void append(String contact, Event event) {
        service.database()
                .useTransaction(TENANT, tx -> log.append(tx, EventContext.background(TENANT, contact, "probe"), event));
    }

    private static String email(String contact) {
        return "unmistakable." + contact + "@example.com";
    }

    private void awaitEffects(String... contacts) {
        await().atMost(PATIENCE)
                .until(() -> Stream.of(contacts)
                        .noneMatch(contact -> effects(contact).isEmpty()));
    }

    private void awaitGone(String contact) {
        await().atMost(PATIENCE)
                .until(() -> number("SELECT count(*) FROM probe.erasures WHERE sweeps > 0 AND contact_id = '" + contact
                                        + "'")
                                == 1
                        && number("SELECT count(*) FROM probe.erased_events WHERE replaced_at IS NULL") == 0);
        assertThat(everything()).doesNotContain(email(contact));
        assertThat(number(
                        "SELECT count(*) FROM probe.system_events WHERE payload::text LIKE '%" + email(contact) + "%'"))
                .isZero();
    }

    /** The texts of all messages of the streams of events and redeliveries. */
    private String everything() {
        return Stream.of("ALUM_EVENTS", "ALUM_REDELIVERIES")
                .flatMap(stream -> service.messages(stream, ">").stream())
                .map(LogAndStreamErasureIT::text)
                .reduce("", String::concat);
    }

    private String waiting() {
        return service.messages("ALUM_WORK", ">").stream()
                .map(LogAndStreamErasureIT::text)
                .reduce("", String::concat);
    }

    private String deadLetters() {
        return service.messages("ALUM_EVENTS_DLQ", ">").stream()
                .map(LogAndStreamErasureIT::text)
                .reduce("", String::concat);
    }

    private static String text(MessageInfo message) {
        return message.getData() == null ? "" : new String(message.getData(), StandardCharsets.UTF_8);
    }

    private void assertNothingWasTakenForALoss(double before) {
        // A look at the stream with the holes in it has to have happened.
        await().atMost(PATIENCE)
                .until(() -> number("SELECT holes FROM probe.relay_holes WHERE stream = 'ALUM_EVENTS'")
                        == service.nats()
                                .jetStreamManagement()
                                .getStreamInfo("ALUM_EVENTS")
                                .getStreamState()
                                .getDeletedCount());
        assertThat(rewinds()).isEqualTo(before);
    }

    private double rewinds() {
        return service.context()
                .getBean(MeterRegistry.class)
                .counter("relay.rewinds", "module", ProbeModule.NAME)
                .count();
    }

    private List<String> published(String contact) {
        return service.events("contact.>").stream()
                .filter(event -> event.entity() != null && event.entity().id().equals(contact))
                .map(EventEnvelope::type)
                .toList();
    }

    private List<String> logged(String contact) {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery(
                                "SELECT event_type FROM probe.system_events WHERE primary_entity_id = :id ORDER BY seq")
                        .bind("id", contact)
                        .mapTo(String.class)
                        .list());
    }

    private UUID eventOf(String contact) {
        return service.database()
                .inSystemTransaction(tx -> tx.createQuery(
                                "SELECT id FROM probe.system_events WHERE primary_entity_id = :id AND event_type = 'contact.created'")
                        .bind("id", contact)
                        .mapTo(UUID.class)
                        .one());
    }

    private List<UUID> effects(String contact) {
        return ProbeModule.effects(service.database(), contact);
    }

    private long number(String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(Long.class).one());
    }

    private void execute(String sql) {
        service.database().inSystemTransaction(tx -> tx.execute(sql));
    }
}
