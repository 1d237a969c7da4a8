package com.alumoutreach.templates;

import com.alumoutreach.backbone.module.Service;

/** Starts this service alone. */
public final class TemplatesApplication {
    private TemplatesApplication() {}

    public static void main(String[] args) {
        Service.run(TemplatesModule.NAME, args);
    }
}
