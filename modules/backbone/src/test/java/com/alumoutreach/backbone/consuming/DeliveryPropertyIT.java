package com.alumoutreach.backbone.consuming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.probe.ProbeModule;
import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.contracts.EventIds;
import com.alumoutreach.contracts.contact.ContactCreated;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two instances share a durable; events come doubled, in any order, and some of their handlers fail at first. */
class DeliveryPropertyIT {
    private static final int SEEDS = Math.max(1, Integer.getInteger("alum.seeds", 40) / 10);
    private static final int CONTACTS = 100;
    private static final int MAX_COPIES = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void eachEventTakesEffectOnceWhateverTheOrderAndNumberOfItsDeliveries() {
        Map<String, Object> properties = Map.of("probe.enabled", "true");
        try (RunningService one = RunningService.start(properties);
                RunningService other = RunningService.start(one.servers(), properties)) {
            for (int seed = 0; seed < SEEDS; seed++) {
                List<EventEnvelope> deliveries = deliveries(new Random(seed), seed);
                deliveries.forEach(one::publish);
                await().atMost(PATIENCE).until(() -> one.settled(ProbeModule.DURABLE));
                for (EventEnvelope event : deliveries) {
                    String contact = event.data().get("contactId").textValue();
                    assertThat(ProbeModule.effects(other.database(), contact))
                            .as("seed " + seed + ", " + contact)
                            .containsExactly(event.id());
                }
            }
        }
    }

    private static List<EventEnvelope> deliveries(Random random, int seed) {
        List<EventEnvelope> all = new ArrayList<>();
        for (int i = 0; i < CONTACTS; i++) {
            String source = random.nextInt(10) == 0 ? "flaky-" + (1 + random.nextInt(2)) : "web";
            EventEnvelope event = event("contact-" + seed + "-" + i, source);
            all.addAll(Collections.nCopies(1 + random.nextInt(MAX_COPIES), event));
        }
        Collections.shuffle(all, random);
        return all;
    }

    private static EventEnvelope event(String contact, String source) {
        ContactCreated created = ProbeModule.created(contact, source, 1);
        return new EventEnvelope(
                EventIds.next(),
                "contact.created",
                "1.0",
                "contacts-service",
                Instant.now(),
                ProbeModule.TENANT,
                contact,
                null,
                new Actor("probe", ActorType.SYSTEM),
                created.entity(),
                EventCodec.toData(created),
                Map.of());
    }
}
