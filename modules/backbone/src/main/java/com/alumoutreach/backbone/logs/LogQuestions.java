package com.alumoutreach.backbone.logs;

import com.alumoutreach.backbone.jetstream.NatsAwayException;
import com.alumoutreach.backbone.jetstream.NatsConnection;
import com.alumoutreach.contracts.EventCodec;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Subscription;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks one service after one page of an answer for the next, and again when it does not answer: each page is the same when it is asked for again. */
@Singleton
class LogQuestions {
    private static final Logger LOG = LoggerFactory.getLogger(LogQuestions.class);

    /** A page takes some 20 ms; a rare type in many events, or a queue of other questions, takes longer. */
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** Nobody answers at all: mostly such a service is not deployed. */
    private static final Duration TO_BEGIN = Duration.ofSeconds(2);

    /** A service that has answered before comes back: it was killed, or is replaced by a new version. */
    private static final Duration TO_COME_BACK = Duration.ofSeconds(45);

    private static final Duration PAUSE = Duration.ofMillis(250);

    private final NatsConnection nats;

    LogQuestions(NatsConnection nats) {
        this.nats = nats;
    }

    /**
     * Gives the lines of all pages to {@code sink}, each once.
     *
     * @return false when the service did not answer, or stopped to in the middle
     */
    boolean ask(String service, LogQuestion first, Consumer<byte[]> sink) {
        LogQuestion question = first;
        Duration patience = TO_BEGIN;
        while (true) {
            LogAnswer answer = patiently(service, question, patience);
            if (answer == null) {
                return false;
            }
            answer.lines().forEach(sink);
            if (answer.after() == null) {
                return true;
            }
            question = question.after(answer.after());
            patience = TO_COME_BACK;
        }
    }

    private @Nullable LogAnswer patiently(String service, LogQuestion question, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (int attempt = 1; ; attempt++) {
                LogAnswer answer = once(service, question);
                if (answer != null && !answer.failed()) {
                    return answer;
                }
                if (attempt > 1 && System.nanoTime() > deadline) {
                    LOG.info("logs.no_answer service={}", service);
                    return null;
                }
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** An inbox of its own for each question, so that a late answer is nobody's. */
    private @Nullable LogAnswer once(String service, LogQuestion question) throws InterruptedException {
        try {
            Connection connection = nats.require();
            String inbox = connection.createInbox();
            Subscription replies = connection.subscribe(inbox);
            try {
                connection.publish(
                        LogAnswers.subject(service), inbox, EventCodec.mapper().writeValueAsBytes(question));
                Message reply = replies.nextMessage(ANSWER);
                // A status says that nobody listens.
                return reply == null || reply.isStatusMessage() ? null : LogAnswer.read(reply.getData());
            } finally {
                replies.unsubscribe();
            }
        } catch (NatsAwayException | IllegalStateException | IOException e) {
            LOG.debug("logs.not_asked service={} reason={}", service, e.getMessage());
            return null;
        }
    }
}
