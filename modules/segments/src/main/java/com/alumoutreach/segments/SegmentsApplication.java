package com.alumoutreach.segments;

import com.alumoutreach.backbone.module.Service;

/** Starts this service alone. */
public final class SegmentsApplication {
    private SegmentsApplication() {}

    public static void main(String[] args) {
        Service.run(SegmentsModule.NAME, args);
    }
}
