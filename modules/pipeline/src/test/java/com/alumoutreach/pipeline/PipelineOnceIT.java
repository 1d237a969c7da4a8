package com.alumoutreach.pipeline;

import static com.alumoutreach.pipeline.PipelineRun.PATIENCE;
import static com.alumoutreach.pipeline.PipelineRun.ask;
import static com.alumoutreach.pipeline.PipelineRun.leaseEnds;
import static com.alumoutreach.pipeline.PipelineRun.mail;
import static com.alumoutreach.pipeline.PipelineRun.outcome;
import static com.alumoutreach.pipeline.PipelineRun.status;
import static com.alumoutreach.pipeline.PipelineRun.types;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventEnvelope;
import com.alumoutreach.embedded.ServerAddresses;
import com.alumoutreach.embedded.TestServers;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No message is sent twice: not by two instances, and not by one that comes after another that died. */
class PipelineOnceIT {
    private final MailServer mails = new MailServer();
    private final ServerAddresses servers = TestServers.get().newScope();

    @AfterEach
    void stop() {
        mails.close();
    }

    @Test
    void aSenderThatDiesWhileItTransmitsLeavesAMessageThatIsNotSentAgain() {
        CountDownLatch hang = new CountDownLatch(1);
        mails.hang("ada@example.com", hang);
        try (RunningService dying = PipelineRun.start(servers, mails)) {
            ask(dying, mail("m-1", "ada@example.com"));
            await().atMost(PATIENCE)
                    .until(() -> mails.mailsTo("ada@example.com").size() == 1);
            assertThat(status(dying, "m-1")).isEqualTo("transmitting");
        }
        hang.countDown();
        try (RunningService next = PipelineRun.start(servers, mails)) {
            ask(next, mail("m-1", "ada@example.com"));
            ask(next, mail("m-2", "bob@example.com"));
            assertThat(outcome(next, "m-2").type()).isEqualTo("pipeline.message.sent");
            assertThat(types(next, "m-1")).containsExactly("pipeline.message.queued");

            leaseEnds(next, "m-1");
            EventEnvelope failed = outcome(next, "m-1");
            assertThat(failed.type()).isEqualTo("pipeline.message.failed");
            assertThat(failed.data().get("errorCode").textValue()).isEqualTo("DELIVERY_UNKNOWN");
            ask(next, mail("m-1", "ada@example.com"));
            ask(next, mail("m-3", "bob@example.com"));
            outcome(next, "m-3");
            assertThat(types(next, "m-1")).containsExactly("pipeline.message.queued", "pipeline.message.failed");
        }
        assertThat(mails.mailsTo("ada@example.com")).hasSize(1);
    }

    @Test
    void anAnswerThatComesAfterTheMessageWasGivenUpChangesNothing() {
        CountDownLatch hang = new CountDownLatch(1);
        mails.hang("ada@example.com", hang);
        try (RunningService service = PipelineRun.start(servers, mails)) {
            ask(service, mail("m-1", "ada@example.com"));
            await().atMost(PATIENCE)
                    .until(() -> mails.mailsTo("ada@example.com").size() == 1);
            leaseEnds(service, "m-1");
            assertThat(outcome(service, "m-1").type()).isEqualTo("pipeline.message.failed");
            hang.countDown();
            for (int i = 0; i < 8; i++) {
                ask(service, mail("later-" + i, "bob@example.com"));
                outcome(service, "later-" + i);
            }
            assertThat(status(service, "m-1")).isEqualTo("failed");
            assertThat(types(service, "m-1")).containsExactly("pipeline.message.queued", "pipeline.message.failed");
        }
        assertThat(mails.mailsTo("ada@example.com")).hasSize(1);
    }

    @Test
    void messagesThatWaitedAreSentAfterARestart() {
        mails.goAway();
        try (RunningService first = PipelineRun.start(servers, mails)) {
            ask(first, mail("m-1", "ada@example.com"));
            await().atMost(PATIENCE).until(() -> status(first, "m-1").equals("queued"));
        }
        mails.comeBack();
        try (RunningService second = PipelineRun.start(servers, mails)) {
            assertThat(outcome(second, "m-1").type()).isEqualTo("pipeline.message.sent");
        }
        assertThat(mails.mailsTo("ada@example.com")).hasSize(1);
    }

    @Test
    void twoInstancesSendEachOfAHundredMessagesOnce() {
        try (RunningService one = PipelineRun.start(servers, mails);
                RunningService two = PipelineRun.start(servers, mails)) {
            for (int i = 0; i < 100; i++) {
                ask(one, mail("m-" + i, i + "@example.com"));
                if (i % 10 == 0) {
                    ask(two, mail("m-" + i, i + "@example.com"));
                }
            }
            await().atMost(PATIENCE)
                    .until(() ->
                            one.messages("ALUM_EVENTS", "pipeline.message.sent").size() >= 100);
            for (int i = 0; i < 100; i++) {
                assertThat(types(one, "m-" + i)).containsExactly("pipeline.message.queued", "pipeline.message.sent");
            }
        }
        for (int i = 0; i < 100; i++) {
            assertThat(mails.mailsTo(i + "@example.com")).hasSize(1);
        }
    }
}
