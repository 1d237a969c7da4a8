package com.alumoutreach.peers;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A Spring Boot application around a peer. */
final class SpringPeer {
    private static final int CHUNK = 100;

    private final ConfigurableApplicationContext context;

    SpringPeer(Class<?> configuration, Servers servers, Target target, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "spring.datasource.url",
                servers.postgresUrl(),
                "spring.datasource.username",
                servers.postgresUser(),
                "spring.datasource.password",
                servers.postgresPassword(),
                "spring.datasource.hikari.maximum-pool-size",
                20,
                "spring.datasource.hikari.data-source-properties.reWriteBatchedInserts",
                true,
                "logging.level.root",
                "ERROR",
                "spring.main.banner-mode",
                "off"));
        properties.putAll(more);
        SpringApplication application = new SpringApplication(configuration);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(properties);
        application.addInitializers(
                started -> ((GenericApplicationContext) started).registerBean(Target.class, () -> target));
        this.context = application.run();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** As Spring's own event. */
    void publish(Object event) {
        context.publishEvent(event);
    }

    /** In transactions of 100. */
    void append(int count, Consumer<Integer> one) {
        TransactionTemplate transactions = new TransactionTemplate(bean(PlatformTransactionManager.class));
        for (int done = 0; done < count; done += CHUNK) {
            int from = done;
            transactions.executeWithoutResult(status -> {
                for (int i = from; i < Math.min(from + CHUNK, count); i++) {
                    one.accept(i);
                }
            });
        }
    }

    void stop() {
        context.close();
    }
}
