package com.alumoutreach.pipeline.sending;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.MimeMessage;
import org.jspecify.annotations.Nullable;

/** One connection to the mail server, kept for many mails and made anew when it is gone. Used by one thread. */
final class SmtpConnection {
    /** Servers close a connection after some hundred mails; we do it first. */
    private static final int MAX_MAILS = 100;

    private static final long IDLE_NANOS = 30_000_000_000L;

    private final Session session;
    private final SmtpConfig config;
    private @Nullable Transport transport;
    private int mails;
    private long usedAt;

    SmtpConnection(Session session, SmtpConfig config) {
        this.session = session;
        this.config = config;
    }

    /** @throws MessagingException when there is no server to talk to; nothing was sent */
    void open() throws MessagingException {
        Transport current = transport;
        if (current != null && mails < MAX_MAILS && System.nanoTime() - usedAt < IDLE_NANOS && current.isConnected()) {
            return;
        }
        close();
        Transport fresh = session.getTransport();
        fresh.connect(config.userInfo(0), config.userInfo(1));
        transport = fresh;
        mails = 0;
        usedAt = System.nanoTime();
    }

    void send(MimeMessage mail) throws MessagingException {
        Transport current = transport;
        if (current == null) {
            throw new MessagingException("not connected");
        }
        mails++;
        current.sendMessage(mail, mail.getAllRecipients());
        usedAt = System.nanoTime();
    }

    void close() {
        Transport current = transport;
        transport = null;
        if (current != null) {
            try {
                current.close();
            } catch (MessagingException e) {
                // It was gone already.
                mails = 0;
            }
        }
    }
}
