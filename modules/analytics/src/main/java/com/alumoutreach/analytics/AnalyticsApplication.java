package com.alumoutreach.analytics;

import com.alumoutreach.backbone.module.Service;

/** Starts the analytics service from its own jar. */
public final class AnalyticsApplication {
    private AnalyticsApplication() {}

    public static void main(String[] args) {
        Service.run(AnalyticsModule.NAME, args);
    }
}
