package com.alumoutreach.peers;

import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionalEventListener;

/** Spring Modulith's event publication registry: after the commit each listener runs in a pool, then its row is completed. */
final class Modulith implements Peer {
    private static final int THREADS = 8;

    private final SpringPeer spring;

    Modulith(Servers servers, Target target) {
        this.spring = new SpringPeer(
                Application.class,
                servers,
                target,
                Map.of(
                        "spring.modulith.events.jdbc.schema-initialization.enabled", true,
                        "spring.task.execution.pool.core-size", THREADS,
                        "spring.task.execution.pool.max-size", THREADS));
    }

    /** What is published. */
    public record Happened(String body) {}

    /** As {@code @ApplicationModuleListener}, which is these three. */
    public static class Listener {
        private final Target target;

        Listener(Target target) {
            this.target = target;
        }

        @Async
        @Transactional(propagation = Propagation.REQUIRES_NEW)
        @TransactionalEventListener
        public void on(Happened event) {
            target.publish(event.body());
        }
    }

    /** Its beans. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "io.namastack.outbox.config.OutboxCoreInfrastructureAutoConfiguration",
                "io.namastack.outbox.config.OutboxCoreThreadingAutoConfiguration",
                "io.namastack.outbox.config.OutboxCoreProcessingAutoConfiguration",
                "io.namastack.outbox.config.OutboxCoreSchedulingAutoConfiguration",
                "io.namastack.outbox.config.OutboxCoreMulticasterAutoConfiguration",
                "io.namastack.outbox.config.JdbcOutboxAutoConfiguration",
                "io.namastack.outbox.config.JdbcOutboxSchemaAutoConfiguration",
                "io.namastack.outbox.OutboxJacksonAutoConfiguration"
            })
    @EnableAsync(proxyTargetClass = true)
    public static class Application {
        @Bean
        Listener listener(Target target) {
            return new Listener(target);
        }
    }

    @Override
    public void append(int count, Target target) {
        spring.append(count, i -> spring.publish(new Happened(Payload.BODY)));
    }

    @Override
    public void stop() {
        spring.stop();
    }
}
