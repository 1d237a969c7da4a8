package com.alumoutreach.senders;

import com.alumoutreach.backbone.module.Service;

/** Starts this service alone. */
public final class SendersApplication {
    private SendersApplication() {}

    public static void main(String[] args) {
        Service.run(SendersModule.NAME, args);
    }
}
