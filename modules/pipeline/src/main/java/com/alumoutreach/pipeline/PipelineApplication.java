package com.alumoutreach.pipeline;

import com.alumoutreach.backbone.module.Service;

/** Starts this service alone. */
public final class PipelineApplication {
    private PipelineApplication() {}

    public static void main(String[] args) {
        Service.run(PipelineModule.NAME, args);
    }
}
