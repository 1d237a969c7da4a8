package com.alumoutreach.peers;

import io.namastack.outbox.Outbox;
import io.namastack.outbox.handler.OutboxRecordMetadata;
import io.namastack.outbox.handler.OutboxTypedHandler;
import java.util.Map;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/** namastack-outbox: polls its table, and handles records of different keys in a pool. */
final class Namastack implements Peer {
    private static final int KEYS = 100;

    private final SpringPeer spring;

    Namastack(Servers servers, Target target) {
        this.spring = new SpringPeer(
                Application.class,
                servers,
                target,
                Map.of(
                        "namastack.outbox.jdbc.schema-initialization.enabled", true,
                        "namastack.outbox.polling.batch-size", 500,
                        "namastack.outbox.polling.fixed.interval", "50ms",
                        "namastack.outbox.processing.executor-core-pool-size", 8,
                        "namastack.outbox.processing.executor-max-pool-size", 8));
    }

    /** What is published. */
    public record Happened(String body) {}

    /** Called for each record. */
    public static final class Handler implements OutboxTypedHandler<Happened> {
        private final Target target;

        Handler(Target target) {
            this.target = target;
        }

        @Override
        public void handle(Happened happened, OutboxRecordMetadata metadata) {
            target.publish(happened.body());
        }
    }

    /** Its beans. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
                "org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration",
                "org.springframework.modulith.events.jackson.JacksonEventSerializationConfiguration"
            })
    @EnableScheduling
    public static class Application {
        @Bean
        Handler handler(Target target) {
            return new Handler(target);
        }
    }

    @Override
    public void append(int count, Target target) {
        spring.append(count, i -> spring.bean(Outbox.class).schedule(new Happened(Payload.BODY), "key-" + i % KEYS));
    }

    @Override
    public void stop() {
        spring.stop();
    }
}
