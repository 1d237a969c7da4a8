package com.alumoutreach.backbone.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.testing.RunningService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What every test asks at its end that killed, cut or filled something. */
public final class ProbeAudit {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private ProbeAudit() {}

    /**
     * Waits until every logged event took effect. Then no event may have a second effect, and every contact that was accepted
     * must have one.
     *
     * @param accepted contacts whose requests were answered with 201
     */
    public static void everythingTookEffectOnce(RunningService service, Collection<String> accepted) {
        await("every logged event took effect")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> number(service, "SELECT count(DISTINCT event_id) FROM probe.effects")
                        == number(service, "SELECT count(*) FROM probe.system_events"));
        assertThat(number(service, "SELECT count(*) FROM probe.effects"))
                .as("effects, of which none is a second one of its event")
                .isEqualTo(number(service, "SELECT count(*) FROM probe.system_events"));
        assertThat(contacts(service)).as("what was accepted took effect").containsAll(accepted);
    }

    /** The number that a query answers, over all tenants. */
    public static long number(RunningService service, String query) {
        return service.database()
                .inSystemTransaction(
                        tx -> tx.createQuery(query).mapTo(Long.class).one());
    }

    private static Set<String> contacts(RunningService service) {
        return service.database()
                .inSystemTransaction(tx -> new HashSet<>(tx.createQuery("SELECT contact_id FROM probe.effects")
                        .mapTo(String.class)
                        .list()));
    }
}
