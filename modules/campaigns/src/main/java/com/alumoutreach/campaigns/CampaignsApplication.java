package com.alumoutreach.campaigns;

import com.alumoutreach.backbone.module.Service;

/** Starts this service alone. */
public final class CampaignsApplication {
    private CampaignsApplication() {}

    public static void main(String[] args) {
        Service.run(CampaignsModule.NAME, args);
    }
}
