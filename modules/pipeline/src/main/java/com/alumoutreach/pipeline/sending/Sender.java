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
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
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
        int code = replyCode(e);
        String reason = String.valueOf(e.getMessage()).strip();
        if (code >= 500) {
            ledger.failed(message, "SMTP_" + code, reason);
        } else if (code >= 400 && message.attempts() <= DELAYS.size()) {
            ledger.postponed(message, DELAYS.get(message.attempts() - 1), true);
        } else if (code >= 400) {
            ledger.failed(message, "SMTP_" + code, reason);
        } else {
            // The connection broke without an answer: the server may have taken the mail.
            ledger.failed(message, "DELIVERY_UNKNOWN", reason);
        }
    }

    /** The server's answer; -1 when there was none. */
    private static int replyCode(MessagingException failure) {
        for (Exception e = failure; e instanceof MessagingException m; e = m.getNextException()) {
            if (e instanceof SMTPAddressFailedException address) {
                return address.getReturnCode();
            }
            if (e instanceof SMTPSenderFailedException sender) {
                return sender.getReturnCode();
            }
            if (e instanceof SMTPSendFailedException send && send.getReturnCode() > 0) {
                return send.getReturnCode();
            }
        }
        return -1;
    }
}
