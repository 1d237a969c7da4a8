package com.alumoutreach.backbone.module;

import io.micronaut.runtime.Micronaut;

/** Starts one service from its own jar. */
public final class Service {
    private Service() {}

    /** Configuration comes from the environment ({@code DATASOURCES_DEFAULT_URL}, {@code NATS_URL}, …) and arguments. */
    public static void run(String name, String[] args) {
        Micronaut.build(args)
                .properties(java.util.Map.of("micronaut.application.name", name + "-service"))
                .banner(false)
                .start();
    }
}
