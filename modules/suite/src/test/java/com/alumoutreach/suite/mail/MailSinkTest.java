package com.alumoutreach.suite.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.SuiteLock;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailSinkTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void keepsEachMailAsAFileBeforeItsSenderIsTold() throws MessagingException, IOException {
        DataFolder data = DataFolder.at(folder);
        try (SuiteLock lock = SuiteLock.acquire(data).orElseThrow();
                MailSink sink = MailSink.start(data)) {
            assertThat(lock).isNotNull();
            send(sink, "First");
            send(sink, "Second");

            assertThat(MailSink.count(data, "Subject: Second")).isEqualTo(1);
            try (Stream<Path> mails = Files.list(data.mail())) {
                assertThat(mails).hasSize(2);
            }
        }
    }

    private static void send(MailSink sink, String subject) throws MessagingException {
        URI address = URI.create(sink.url());
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", address.getHost());
        properties.setProperty("mail.smtp.port", String.valueOf(address.getPort()));
        MimeMessage mail = new MimeMessage(Session.getInstance(properties));
        mail.setFrom(new InternetAddress("sender@example.com"));
        mail.setRecipient(Message.RecipientType.TO, new InternetAddress("reader@example.com"));
        mail.setSubject(subject);
        mail.setText("Hello");
        Transport.send(mail);
    }
}
