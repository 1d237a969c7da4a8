package com.alumoutreach.pipeline.sending;

import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.pipeline.message.Message;
import com.alumoutreach.pipeline.message.MessageLedger;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one message after the other over its own connection. */
final class Sender implements BackgroundWork {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final List<Duration> DELAYS = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(2));

    private final String name;
    private final MessageLedger ledger;
    private final Rendering rendering;
    private final SmtpConnection connection;

    Sender(String name, MessageLedger ledger, Rendering rendering, SmtpConnection connection) {
        this.name = name;
        this.ledger = ledger;
        this.rendering = rendering;
        this.connection = connection;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration idle() {
        return Duration.ofMillis(500);
    }

    /** One message. The connection is made before a message is taken, so that an absent server puts none in doubt. */
    @Override
    public boolean step() {
        ledger.failInDoubt();
        try {
            connection.open();
        } catch (MessagingException e) {
            LOG.debug("smtp.away reason={}", e.getMessage());
            return false;
        }
        Optional<Message> message = ledger.take();
        message.ifPresent(this::send);
        return message.isPresent();
    }

    private void send(Message message) {
        if (message.erased()) {
            ledger.failed(message, "CONTACT_ERASED", "The recipient was erased");
            return;
        }
        if (ledger.revoked(message)) {
            ledger.failed(message, "CONSENT_REVOKED", "The contact wants no messages by " + message.channel());
            return;
        }
        MimeMessage mail;
        try {
            mail = rendering.mail(message);
        } catch (AddressException e) {
            ledger.failed(message, "INVALID_RECIPIENT", String.valueOf(e.getMessage()));
            return;
        } catch (MessagingException | RuntimeException e) {
            ledger.failed(message, "RENDERING_FAILED", String.valueOf(e.getMessage()));
            return;
        }
        try {
            connection.send(mail);
        } catch (MessagingException e) {
            connection.close();
            refused(message, e);
            return;
        }
        ledger.sent(message, rendering.messageId(message));
    }

    private void refused(Message message, MessagingException e) {
        SmtpAnswer answer = SmtpAnswer.of(e);
        if (answer.notNow() && message.attempts() <= DELAYS.size()) {
            ledger.postponed(message, DELAYS.get(message.attempts() - 1));
        } else if (answer.never() || answer.notNow()) {
            ledger.failed(message, "SMTP_" + answer.code(), answer.text());
        } else {
            // The connection broke without an answer: the server may have taken the mail.
            ledger.failed(message, "DELIVERY_UNKNOWN", answer.text());
        }
    }
}
