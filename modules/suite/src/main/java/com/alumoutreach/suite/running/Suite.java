package com.alumoutreach.suite.running;

import com.alumoutreach.suite.client.Readiness;
import com.alumoutreach.suite.mail.MailSink;
import com.alumoutreach.suite.terminal.Terminal;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Everything in this process: the mail sink and all services in one application context, beside the servers they need. */
public final class Suite implements AutoCloseable {
    /** First start on a slow disk: migrations of all schemas and the making of streams. */
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final DataFolder data;
    private final SuiteLock lock;
    private final Terminal terminal;
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Servers servers;
    private @Nullable MailSink mail;
    private @Nullable ApplicationContext context;

    private Suite(DataFolder data, SuiteLock lock, Terminal terminal) {
        this.data = data;
        this.lock = lock;
        this.terminal = terminal;
    }

    /**
     * Returns when the suite takes requests. When something does not start, what did is stopped again.
     *
     * @param lock of the folder; the suite frees it at its end
     */
    public static Suite start(DataFolder data, SuiteLock lock, Terminal terminal) {
        Suite suite = new Suite(data, lock, terminal);
        try {
            suite.start();
            return suite;
        } catch (RuntimeException e) {
            suite.close();
            throw e;
        }
    }

    private void start() {
        Logging.toFile(data);
        DataFolder.writePrivately(data.pid(), ProcessHandle.current().pid() + "\n");
        DataFolder.deleteFile(data.runEnv());
        Servers started = Servers.start(data, terminal);
        servers = started;
        MailSink sink = MailSink.start(data);
        mail = sink;
        Map<String, Object> properties = SuiteProperties.of(data, started, sink.url());
        ApplicationContext services = terminal.timed("services", () -> Services.start(properties));
        context = services;
        String url =
                "http://127.0.0.1:" + services.getBean(EmbeddedServer.class).getPort();
        terminal.timed("ready", () -> awaitReadiness(url));
        runEnv(url, started, sink).write(data);
    }

    private RunEnv runEnv(String url, Servers servers, MailSink mail) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(RunEnv.ALUM_URL, url);
        values.put(RunEnv.NATS_URL, servers.natsUrl());
        values.put(RunEnv.POSTGRES_URL, servers.postgresUrl());
        values.put(RunEnv.CLICKHOUSE_URL, servers.clickHouseUrl());
        values.put(RunEnv.SMTP_URL, mail.url());
        values.put(RunEnv.ALUM_LOG, data.suiteLog().toString());
        values.putAll(servers.logs());
        return new RunEnv(values);
    }

    private boolean awaitReadiness(String url) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!Readiness.of(url)) {
            if (System.nanoTime() > deadline) {
                throw new SuiteException("the services were not ready within " + READY_WITHIN.toSeconds() + " s; see "
                        + data.suiteLog());
            }
            Pause.shortly();
        }
        return true;
    }

    /** Ctrl-C and SIGTERM close the suite before the process ends. */
    public void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "suite-stop"));
    }

    /** Returns when {@link #close} was called. */
    public void awaitEnd() throws InterruptedException {
        end.await();
    }

    /** Services first, so that they finish what they are at while their servers still answer. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        terminal.line("Stopping ...");
        DataFolder.deleteFile(data.runEnv());
        if (context != null) {
            context.close();
        }
        if (mail != null) {
            mail.close();
        }
        if (servers != null) {
            servers.close();
        }
        DataFolder.deleteFile(data.pid());
        lock.close();
        terminal.line("Stopped.");
        end.countDown();
    }
}
