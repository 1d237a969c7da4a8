package com.alumoutreach.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of the tests: with a guard switched off, what other tests look for goes wrong, and they would see it. */
class GuardsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RunningService service;

    @BeforeEach
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true", "alum.nats.duplicate-window", "100ms"));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void withoutTheMarkOfProcessedEventsADuplicateTakesEffectTwice() {
        service.asOwner("""
                CREATE FUNCTION probe.forget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN DELETE FROM probe.processed_events WHERE event_id = NEW.event_id; RETURN NULL; END $$;
                CREATE TRIGGER forget AFTER INSERT ON probe.processed_events
                  FOR EACH ROW EXECUTE FUNCTION probe.forget()""");
        String contact = published();
        publishAgain(contact);
        await().atMost(PATIENCE).until(() -> effects(contact) == 2);
    }

    @Test
    void withTheMarkItDoesNot() {
        String contact = published();
        publishAgain(contact);
        publishAgain(published());
        await().atMost(PATIENCE).until(() -> service.settled(ProbeModule.DURABLE));
        assertThat(effects(contact)).isEqualTo(1);
    }

    @Test
    void withoutRowLevelSecurityAQueryThatForgetsItsTenantSeesOthers() {
        published();
        assertThat(seenByAnother()).isZero();
        service.asOwner("ALTER TABLE probe.effects DISABLE ROW LEVEL SECURITY");
        assertThat(seenByAnother()).isPositive();
    }

    @Test
    void withoutTheTriggerAnOwnerCouldRewriteTheLog() {
        published();
        assertThat(rewritten()).isFalse();
        service.asOwner("ALTER TABLE probe.system_events DISABLE TRIGGER ALL");
        assertThat(rewritten()).isTrue();
    }

    private boolean rewritten() {
        try {
            service.asOwner("UPDATE probe.system_events SET source = 'somebody'");
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("append-only");
            return false;
        }
    }

    private long seenByAnother() {
        return service.database()
                .inTransaction(
                        "tenant-z",
                        tx -> tx.createQuery("SELECT count(*) FROM probe.effects")
                                .mapTo(Long.class)
                                .one());
    }

    private String published() {
        String contact = EventIds.next().toString();
        assertThat(service.post("/probe/contacts/" + contact, "", null).statusCode())
                .isEqualTo(201);
        await().atMost(PATIENCE).until(() -> effects(contact) >= 1);
        return contact;
    }

    /** After the server's duplicate window, as a relay does that died before it moved its cursor. */
    private void publishAgain(String contact) {
        EventEnvelope event = service.events("contact.created").stream()
                .filter(e -> e.data().path("contactId").asText().equals(contact))
                .findFirst()
                .orElseThrow();
        service.publish(event);
    }

    private int effects(String contact) {
        return ProbeModule.effects(service.database(), contact).size();
    }
}
