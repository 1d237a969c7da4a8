package com.alumoutreach.backbone.jetstream;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * NATS and its streams ({@code alum.nats.*}).
 *
 * @param url {@code nats://[user:password@]host:port}, several separated by commas
 * @param replicas 3 in production, 1 for development
 * @param eventsMaxAge how long ALUM_EVENTS keeps an event; the log in Postgres keeps it for ever
 * @param eventsMaxBytes bytes; the oldest events go first
 * @param deadLettersMaxAge how long a dead letter waits for somebody to look at it
 * @param duplicateWindow within it, a second publish of an event is dropped by the server
 * @param pingInterval a connection that does not answer some of them in a row is given up
 */
@ConfigurationProperties("alum.nats")
public record NatsConfig(
        @Bindable(defaultValue = "nats://127.0.0.1:4222") String url,
        @Bindable(defaultValue = "1") int replicas,
        @Bindable(defaultValue = "7d") Duration eventsMaxAge,
        @Bindable(defaultValue = "10737418240") long eventsMaxBytes,
        @Bindable(defaultValue = "30d") Duration deadLettersMaxAge,
        @Bindable(defaultValue = "2m") Duration duplicateWindow,
        @Bindable(defaultValue = "10s") Duration pingInterval) {}
