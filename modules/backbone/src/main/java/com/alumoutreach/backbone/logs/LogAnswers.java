package com.alumoutreach.backbone.logs;

import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.contracts.EventCodec;
import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what stands in a service's log, over NATS: one instance of the service each question. An instance answers one after
 * the other, so that questions never take more than one of its connections to Postgres. Asked by {@link ServiceLogs}.
 */
@EachBean(ServiceModule.class)
class LogAnswers implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(LogAnswers.class);

    private final ServiceModule module;
    private final LogOfService log;
    private final NatsConnection nats;
    private volatile @Nullable Connection listening;

    LogAnswers(@Parameter ServiceModule module, @Parameter LogOfService log, NatsConnection nats) {
        this.module = module;
        this.log = log;
        this.nats = nats;
    }

    static String subject(String service) {
        return "alum.logs." + service;
    }

    @Override
    public String name() {
        return "logs-" + module.name();
    }

    @Override
    public Duration idle() {
        return listening == null ? Duration.ofSeconds(1) : Duration.ofMinutes(1);
    }

    /** Begins to listen; the connection takes the subscription over when it is lost and comes back. */
    @Override
    public boolean step() {
        try {
            if (listening == null) {
                Connection connection = nats.require();
                connection.createDispatcher(this::answer).subscribe(subject(module.name()), module.name());
                listening = connection;
            }
        } catch (NatsAwayException e) {
            LOG.debug("logs.waiting reason={}", e.getMessage());
        }
        return false;
    }

    private void answer(Message question) {
        try {
            nats.require()
                    .publish(question.getReplyTo(), look(question.getData()).written());
        } catch (IOException | RuntimeException e) {
            // Who asked hears nothing, and asks again.
            LOG.warn("logs.not_answered module={}", module.name(), e);
        }
    }

    private LogAnswer look(byte[] question) throws IOException {
        LogQuestion asked = EventCodec.mapper().readValue(question, LogQuestion.class);
        try {
            return log.answer(asked);
        } catch (RuntimeException e) {
            LOG.warn("logs.not_read module={}", module.name(), e);
            return LogAnswer.ofFailure();
        }
    }
}
