package com.alumoutreach.pipeline.sending;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The mail server ({@code alum.smtp.*}).
 *
 * @param url {@code smtp://[user:password@]host:port}
 * @param from the sender's address
 */
@ConfigurationProperties("alum.smtp")
record SmtpConfig(
        @Bindable(defaultValue = "smtp://127.0.0.1:1025") String url,

        @Bindable(defaultValue = "outreach@alumoutreach.example")
        String from,

        @Bindable(defaultValue = "false") boolean starttls) {
    private static final String TIMEOUT_MILLIS = "30000";

    Properties properties() {
        Properties properties = new Properties();
        URI server = URI.create(url);
        properties.setProperty("mail.transport.protocol", "smtp");
        properties.setProperty("mail.smtp.host", server.getHost());
        properties.setProperty("mail.smtp.port", Integer.toString(server.getPort() < 0 ? 25 : server.getPort()));
        properties.setProperty("mail.smtp.auth", Boolean.toString(server.getUserInfo() != null));
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(starttls));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(starttls));
        properties.setProperty("mail.smtp.connectiontimeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.timeout", TIMEOUT_MILLIS);
        properties.setProperty("mail.smtp.writetimeout", TIMEOUT_MILLIS);
        return properties;
    }

    @Nullable
    String userInfo(int part) {
        String userInfo = URI.create(url).getUserInfo();
        String[] parts = userInfo == null ? new String[0] : userInfo.split(":", 2);
        return part < parts.length ? parts[part] : null;
    }

    /** The right side of Message-IDs. */
    String domain() {
        return from.substring(from.indexOf('@') + 1);
    }
}
