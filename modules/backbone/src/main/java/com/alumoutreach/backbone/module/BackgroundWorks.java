package com.alumoutreach.backbone.module;

import com.alumoutreach.backbone.consuming.Subscriptions;
import com.alumoutreach.backbone.database.SchemaMigrations;
import com.alumoutreach.backbone.eventlog.RelayLoop;
import io.micronaut.context.annotation.Context;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts everything that runs beside requests, once the schemas are there, and stops it in order: first what takes work in,
 * then the relays, so that what was handled is still published. Waits for Postgres as long as it takes.
 */
@Context
public class BackgroundWorks {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundWorks.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Longer than a batch takes; a supervisor kills after 30 s. */
    private static final Duration DRAIN = Duration.ofSeconds(15);

    private final SchemaMigrations migrations;
    private final Subscriptions subscriptions;
    private final List<RelayLoop> relays;
    private final List<BackgroundWork> works;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Map<String, Semaphore> wakeUps = new ConcurrentHashMap<>();
    private final List<Thread> takers = new CopyOnWriteArrayList<>();
    private final List<Thread> publishers = new CopyOnWriteArrayList<>();

    BackgroundWorks(
            SchemaMigrations migrations,
            Subscriptions subscriptions,
            List<RelayLoop> relays,
            List<BackgroundWork> works) {
        this.migrations = migrations;
        this.subscriptions = subscriptions;
        this.relays = relays;
        this.works = works;
    }

    @EventListener
    void onStartup(ServerStartupEvent event) {
        Thread.ofVirtual().name("startup").start(this::startWhenMigrated);
    }

    /** Makes a work's next step come at once. */
    public void wake(String name) {
        Semaphore wakeUp = wakeUp(name);
        if (wakeUp.availablePermits() == 0) {
            wakeUp.release();
        }
    }

    private void startWhenMigrated() {
        try {
            migrateUntilDone();
            relays.forEach(relay -> publishers.add(start("relay", relay::run)));
            subscriptions.loops().forEach(loop -> takers.add(start(loop.name(), loop.run())));
            works.forEach(work -> takers.add(start(work.name(), () -> repeat(work))));
            LOG.info("service.working");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void migrateUntilDone() throws InterruptedException {
        while (stopping.getCount() > 0) {
            try {
                migrations.migrate();
                return;
            } catch (SQLException | RuntimeException e) {
                LOG.warn("service.waiting_for_postgres reason={}", e.getMessage());
                LOG.debug("migration failed", e);
                stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static Thread start(String name, Subscriptions.Loop.Body body) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void repeat(BackgroundWork work) throws InterruptedException {
        while (stopping.getCount() > 0) {
            if (!step(work)) {
                Semaphore wakeUp = wakeUp(work.name());
                if (wakeUp.tryAcquire(work.idle().toMillis(), TimeUnit.MILLISECONDS)) {
                    wakeUp.drainPermits();
                }
            }
        }
    }

    private static boolean step(BackgroundWork work) {
        try {
            return work.step();
        } catch (Exception e) {
            LOG.warn("work.failed name={}", work.name(), e);
            return false;
        }
    }

    private Semaphore wakeUp(String name) {
        return wakeUps.computeIfAbsent(name, unused -> new Semaphore(0));
    }

    @PreDestroy
    void stop() throws InterruptedException {
        stopping.countDown();
        subscriptions.loops().forEach(loop -> loop.stop().run());
        // Also of a work that is still at its first step, which would else sleep after it.
        works.forEach(work -> wakeUp(work.name()).release());
        join(takers);
        relays.forEach(RelayLoop::stop);
        join(publishers);
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        long deadline = System.nanoTime() + DRAIN.toNanos();
        for (Thread thread : threads) {
            thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }
}
