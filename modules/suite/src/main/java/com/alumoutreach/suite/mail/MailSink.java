package com.alumoutreach.suite.mail;

import com.alumoutreach.suite.running.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.subethamail.smtp.server.SMTPServer;

/** Takes every mail over SMTP and keeps it as a file; nothing ever leaves the machine. */
public final class MailSink implements AutoCloseable {
    private final SMTPServer server;

    private MailSink(SMTPServer server) {
        this.server = server;
    }

    /** Listens on a free port of the loopback interface. */
    public static MailSink start(DataFolder data) {
        SMTPServer server = SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandler((context, from, to, mail) -> keep(data, mail))
                .build();
        server.start();
        return new MailSink(server);
    }

    public String url() {
        return "smtp://127.0.0.1:" + server.getPortAllocated();
    }

    /** How many mails of this folder hold the text. */
    public static long count(DataFolder data, String text) {
        try (Stream<Path> mails = Files.list(data.mail())) {
            return mails.filter(mail -> contains(mail, text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + data.mail(), e);
        }
    }

    private static boolean contains(Path mail, String text) {
        try {
            return new String(Files.readAllBytes(mail), java.nio.charset.StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + mail, e);
        }
    }

    /** The rename makes the mail appear whole, and before the sender is told that it was taken. */
    private static void keep(DataFolder data, byte[] mail) {
        String name = System.currentTimeMillis() + "-" + UUID.randomUUID() + ".eml";
        try {
            Path draft = data.incomingMail().resolve(name);
            Files.write(draft, mail);
            Files.move(draft, data.mail().resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep a mail in " + data.mail(), e);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
