package com.alumoutreach.backbone.replay;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.LogRow;
import com.alumoutreach.backbone.eventlog.LoggedEvents;
import com.alumoutreach.backbone.jetstream.EventStream;
import com.alumoutreach.backbone.jetstream.JetStreamPublisher;
import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.jetstream.OutgoingMessage;
import com.alumoutreach.backbone.jetstream.Redelivery;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.module.ServiceModule;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a durable the events of this log that a backfill asks for, no faster than asked and than the durable handles them.
 * Progress commits after the publish: a process that dies in between publishes some again, which the durable drops.
 */
@EachBean(ServiceModule.class)
class ReplayWork implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayWork.class);
    private static final int STEPS_A_SECOND = 10;
    private static final Duration PACE = Duration.ofSeconds(1).dividedBy(STEPS_A_SECOND);
    private static final Duration NOTHING_TO_DO = Duration.ofSeconds(5);

    /** Not handled yet by the durable; beyond, the backfill waits. */
    private static final long MAX_OUTSTANDING = 5_000;

    private final ServiceModule module;
    private final ReplayLog log;
    private final Database database;
    private final NatsConnection nats;
    private final JetStreamPublisher publisher;
    private volatile Duration idle = NOTHING_TO_DO;

    ReplayWork(
            @Parameter ServiceModule module,
            @Parameter ReplayLog log,
            Database database,
            NatsConnection nats,
            JetStreamPublisher publisher) {
        this.module = module;
        this.log = log;
        this.database = database;
        this.nats = nats;
        this.publisher = publisher;
    }

    static String name(ServiceModule module) {
        return "replay-" + module.name();
    }

    @Override
    public String name() {
        return name(module);
    }

    @Override
    public Duration idle() {
        return idle;
    }

    /** Always false: the pause after a step is what keeps the rate. */
    @Override
    public boolean step() {
        idle = database.inSystemTransaction(tx -> {
            Optional<ReplayLog.Running> replay = log.next(tx);
            replay.ifPresent(running -> advance(tx, running));
            return replay.isPresent() ? PACE : NOTHING_TO_DO;
        });
        return false;
    }

    private void advance(Handle tx, ReplayLog.Running replay) {
        try {
            int most = Math.clamp(replay.request().rate() / STEPS_A_SECOND, 1, JetStreamPublisher.MAX_BATCH);
            if (outstanding(replay.request().durable()) + most > MAX_OUTSTANDING) {
                return;
            }
            LoggedEvents.Page page = log.read(tx, replay, most);
            if (!page.events().isEmpty()) {
                publisher.publish(page.events().stream()
                        .map(event -> message(replay, event))
                        .toList());
            }
            log.move(tx, replay, page.nextSeq(), page.events().size());
        } catch (NatsAwayException | IOException e) {
            LOG.debug("replay.waiting id={} reason={}", replay.id(), e.getMessage());
        } catch (JetStreamApiException e) {
            LOG.warn(
                    "replay.refused id={} durable={} reason={}",
                    replay.id(),
                    replay.request().durable(),
                    e.getMessage());
        }
    }

    private static OutgoingMessage message(ReplayLog.Running replay, LogRow event) {
        Map<String, String> headers = new HashMap<>(event.headers());
        headers.put(Redelivery.BACKFILL, replay.id().toString());
        return new OutgoingMessage(
                Redelivery.subject(replay.request().durable(), event.type()),
                replay.id() + "/" + event.id(),
                event.body(),
                headers);
    }

    private long outstanding(String durable) throws IOException, JetStreamApiException {
        ConsumerInfo info =
                nats.require().jetStreamManagement().getConsumerInfo(EventStream.REDELIVERIES.streamName(), durable);
        return info.getNumPending() + info.getNumAckPending();
    }
}
