package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConfig;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.Provisioning;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.backbone.tracing.Tracing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.nats.client.JetStreamApiException;
import java.io.IOException;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the relay of one schema for as long as the service lives. Of several instances one is active: the one whose session
 * holds the advisory lock. Postgres gives the lock free when that session ends, however it ends.
 */
@EachBean(ServiceModule.class)
public class RelayLoop {
    private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);

    /** Finds what another process committed, and rows that were held back by a gap when the signal came. */
    private static final Duration POLL = Duration.ofMillis(250);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    private final ServiceModule module;
    private final Database database;
    private final RelaySignal signal;
    private final Provisioning provisioning;
    private final NatsConnection nats;
    private final NatsConfig natsConfig;
    private final JetStreamPublisher publisher;
    private final MeterRegistry metrics;
    private final Tracing tracing;
    private volatile boolean stopping;
    private volatile boolean active;

    RelayLoop(
            @Parameter ServiceModule module,
            Database database,
            RelaySignal signal,
            JetStreamPublisher publisher,
            Provisioning provisioning,
            NatsConnection nats,
            NatsConfig natsConfig,
            MeterRegistry metrics,
            Tracing tracing) {
        this.module = module;
        this.database = database;
        this.signal = signal;
        this.provisioning = provisioning;
        this.nats = nats;
        this.natsConfig = natsConfig;
        this.publisher = publisher;
        this.metrics = metrics;
        this.tracing = tracing;
        // From the start, so that the first rewind is seen as an increase.
        EventRelay.rewinds(metrics, module.schema());
        Gauge.builder("relay.active", this, loop -> loop.active ? 1 : 0)
                .tag("module", module.name())
                .register(metrics);
    }

    /** Returns after {@link #stop}. */
    public void run() throws InterruptedException {
        while (!stopping) {
            try (Handle connection = database.open()) {
                // A service without consumers makes the streams too; a server that lost them gets them again.
                provisioning.ensure();
                relayWhileActive(connection);
            } catch (NatsAwayException e) {
                LOG.debug("relay.waiting module={} reason={}", module.name(), e.getMessage());
                provisioning.forget();
                signal.await(module.name(), AFTER_FAILURE);
            } catch (IOException | JetStreamApiException e) {
                LOG.warn("relay.refused module={} reason={}", module.name(), e.getMessage());
                provisioning.forget();
                signal.await(module.name(), AFTER_FAILURE);
            } catch (JdbiException e) {
                LOG.warn("relay.database_away module={} reason={}", module.name(), e.getMessage());
                signal.await(module.name(), AFTER_FAILURE);
            } catch (RuntimeException e) {
                // Without the relay nothing leaves the log any more: whatever it was, it is tried again.
                LOG.error("relay.failed module={}", module.name(), e);
                signal.await(module.name(), AFTER_FAILURE);
            }
        }
    }

    public void stop() {
        stopping = true;
        signal.wake(module.name());
    }

    private void relayWhileActive(Handle connection) throws InterruptedException, IOException, JetStreamApiException {
        active = lock(connection);
        // What a relay remembers of transactions holds for the server that this connection goes to.
        StreamHistory history = new StreamHistory(module.schema(), nats, natsConfig.eventsMaxAge());
        EventRelay relay = new EventRelay(module.schema(), publisher, history::sameSession, metrics, tracing);
        try {
            while (!stopping && active) {
                if (history.due()) {
                    history.check(connection).ifPresent(loss -> relay.rewind(connection, loss));
                }
                if (relay.relayOnce(connection) == 0) {
                    signal.await(module.name(), POLL);
                }
            }
            if (!active) {
                signal.await(module.name(), AFTER_FAILURE);
            }
        } finally {
            active = false;
            unlock(connection);
        }
    }

    private boolean lock(Handle connection) {
        return connection
                .createQuery("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
                .bind("name", "alum.relay." + module.schema())
                .mapTo(Boolean.class)
                .one();
    }

    /** The pool keeps the session, so the lock must be given back by hand; a dead session has given it back already. */
    private void unlock(Handle connection) {
        try {
            connection
                    .createQuery("SELECT pg_advisory_unlock_all()::text")
                    .mapTo(String.class)
                    .findFirst();
        } catch (JdbiException e) {
            LOG.debug("relay.unlock_failed module={}", module.name());
        }
    }
}
