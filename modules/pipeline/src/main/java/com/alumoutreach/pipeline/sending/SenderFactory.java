package com.alumoutreach.pipeline.sending;

import com.alumoutreach.backbone.links.SignedLinks;
import com.alumoutreach.backbone.module.BackgroundWork;
import com.alumoutreach.pipeline.message.MessageLedger;
import jakarta.inject.Singleton;
import jakarta.mail.Session;

/** Makes the senders. */
@Singleton
public class SenderFactory {
    private final SmtpConfig config;
    private final MessageLedger ledger;
    private final SignedLinks links;

    SenderFactory(SmtpConfig config, MessageLedger ledger, SignedLinks links) {
        this.config = config;
        this.ledger = ledger;
        this.links = links;
    }

    public BackgroundWork sender(int number) {
        Session session = Session.getInstance(config.properties());
        return new Sender(
                "sender-" + number, ledger, new Rendering(session, config, links), new SmtpConnection(session, config));
    }
}
