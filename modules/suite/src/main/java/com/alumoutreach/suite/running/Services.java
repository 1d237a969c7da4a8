package com.alumoutreach.suite.running;

import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.Map;

/** All services in one application context on one port: every module on the classpath brings its own beans. */
final class Services {
    private Services() {}

    static ApplicationContext start(Map<String, Object> properties) {
        ApplicationContext context = ApplicationContext.builder()
                .properties(properties)
                .banner(false)
                .start();
        try {
            context.getBean(EmbeddedServer.class).start();
            return context;
        } catch (RuntimeException e) {
            context.close();
            throw new SuiteException("the services did not start: " + e.getMessage(), e);
        }
    }
}
