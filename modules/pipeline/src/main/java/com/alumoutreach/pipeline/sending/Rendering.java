package com.alumoutreach.pipeline.sending;

import com.alumoutreach.backbone.links.Link;
import com.alumoutreach.backbone.links.SignedLinks;
import com.alumoutreach.pipeline.message.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the mail of a message: Liquid filled in, headers that cannot be injected, an id that is the same at every attempt. */
final class Rendering {
    private final Session session;
    private final SmtpConfig config;
    private final SignedLinks links;

    Rendering(Session session, SmtpConfig config, SignedLinks links) {
        this.session = session;
        this.config = config;
        this.links = links;
    }

    String messageId(Message message) {
        return "<" + oneLine(message.messageId()) + "@" + config.domain() + ">";
    }

    MimeMessage mail(Message message) throws MessagingException {
        MimeMessage mail = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", messageId(message));
            }
        };
        mail.setFrom(new InternetAddress(config.from()));
        mail.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(message.recipient(), true));
        Map<String, Object> variables = new HashMap<>(message.variables());
        variables.put("unsubscribe_url", url(Link.Purpose.UNSUBSCRIBE, message));
        variables.put("preferences_url", url(Link.Purpose.PREFERENCES, message));
        mail.setSubject(oneLine(fill(message.subject(), variables)), StandardCharsets.UTF_8.name());
        mail.setSentDate(new Date());
        mail.setHeader("X-Alum-Tenant", oneLine(message.tenantId()));
        mail.setHeader(
                "List-Unsubscribe",
                "<" + url(Link.Purpose.UNSUBSCRIBE, message) + ">, <mailto:" + config.from() + "?subject=unsubscribe-"
                        + oneLine(message.messageId()) + ">");
        mail.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        body(mail, fill(message.html(), variables), fill(message.text(), variables));
        mail.saveChanges();
        return mail;
    }

    private String url(Link.Purpose purpose, Message message) {
        return links.url(new Link(
                purpose, message.tenantId(), message.contactId(), message.channel(), null, message.messageId(), null));
    }

    private static void body(MimeMessage mail, String html, String text) throws MessagingException {
        if (html.isEmpty()) {
            mail.setText(text, StandardCharsets.UTF_8.name());
            return;
        }
        MimeMultipart alternatives = new MimeMultipart("alternative");
        if (!text.isEmpty()) {
            MimeBodyPart plain = new MimeBodyPart();
            plain.setText(text, StandardCharsets.UTF_8.name());
            alternatives.addBodyPart(plain);
        }
        MimeBodyPart rich = new MimeBodyPart();
        rich.setText(html, StandardCharsets.UTF_8.name(), "html");
        alternatives.addBodyPart(rich);
        mail.setContent(alternatives);
    }

    private static String fill(@Nullable String liquid, Map<String, Object> variables) {
        return liquid == null ? "" : Liquid.fill(liquid, variables);
    }

    /** A line break in a header would begin another header. */
    private static String oneLine(String text) {
        return text.replaceAll("[\\r\\n\\p{Cntrl}]+", " ").strip();
    }
}
