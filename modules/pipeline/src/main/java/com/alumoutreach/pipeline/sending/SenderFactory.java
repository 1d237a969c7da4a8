package com.alumoutreach.pipeline.sending;

import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.pipeline.message.MessageLedger;
import jakarta.inject.Singleton;
import jakarta.mail.Session;

/** Makes the senders. */
@Singleton
public class SenderFactory {
    private final SmtpConfig config;
    private final MessageLedger ledger;

    SenderFactory(SmtpConfig config, MessageLedger ledger) {
        this.config = config;
        this.ledger = ledger;
    }

    public BackgroundWork sender(int number) {
        Session session = Session.getInstance(config.properties());
        return new Sender(
                "sender-" + number, ledger, new Rendering(session, config), new SmtpConnection(session, config));
    }
}
