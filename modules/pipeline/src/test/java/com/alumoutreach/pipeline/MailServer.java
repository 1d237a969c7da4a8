package com.alumoutreach.pipeline;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server that keeps what it takes, and can be told to refuse, to hang, and to go away. */
final class MailServer implements AutoCloseable {
    private final List<Mail> taken = new CopyOnWriteArrayList<>();
    private final Map<String, Deque<RejectException>> refusals = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> hanging = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private SMTPServer server = start(0);
    private final int port = server.getPortAllocated();

    /** @param message as it came over the wire */
    record Mail(String recipient, byte[] message) {
        MimeMessage parsed() {
            try {
                return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(message));
            } catch (MessagingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    String url() {
        return "smtp://127.0.0.1:" + port;
    }

    List<Mail> mailsTo(String recipient) {
        return taken.stream().filter(mail -> mail.recipient().equals(recipient)).toList();
    }

    int refusals() {
        return refused.get();
    }

    /** The next mails to this recipient are answered so, one answer a mail; later ones are taken. */
    void refuse(String recipient, RejectException... answers) {
        refusals.put(recipient, new ArrayDeque<>(List.of(answers)));
    }

    /** Takes mails to this recipient, but says so only after the latch. */
    void hang(String recipient, CountDownLatch latch) {
        hanging.put(recipient, latch);
    }

    void goAway() {
        server.stop();
    }

    /** On the same port. */
    void comeBack() {
        server = start(port);
    }

    @Override
    public void close() {
        server.stop();
    }

    private SMTPServer start(int port) {
        SMTPServer started = SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandlerFactory(context -> new Conversation())
                .build();
        started.start();
        return started;
    }

    private final class Conversation implements MessageHandler {
        private String recipient = "";

        @Override
        public void from(String from) {}

        @Override
        public void recipient(String address) throws RejectException {
            recipient = address;
            Deque<RejectException> answers = refusals.get(address);
            RejectException answer = answers == null ? null : answers.poll();
            if (answer != null) {
                refused.incrementAndGet();
                throw answer;
            }
        }

        @Override
        public @Nullable String data(InputStream data) throws IOException {
            taken.add(new Mail(recipient, data.readAllBytes()));
            CountDownLatch latch = hanging.get(recipient);
            if (latch != null) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return null;
        }

        @Override
        public void done() {}
    }
}
