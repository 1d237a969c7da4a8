package com.alumoutreach.campaigns;

import com.alumoutreach.backbone.consuming.DurableConsumer;
import com.alumoutreach.backbone.module.ServiceModule;
import com.alumoutreach.campaigns.audience.Copies;
import com.alumoutreach.campaigns.campaign.MessageTracking;
import com.alumoutreach.contracts.pipeline.PipelineMessageFailed;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import com.alumoutreach.contracts.segment.SegmentEvaluated;
import com.alumoutreach.contracts.segment.SegmentMemberAdded;
import com.alumoutreach.contracts.segment.SegmentMemberRemoved;
import com.alumoutreach.contracts.template.TemplateCreated;
import com.alumoutreach.contracts.template.TemplateUpdated;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/**
 * The service on one screen: schema {@code campaigns}, publishes {@code campaign.>} and commands to the pipeline, listens to
 * segments, templates and the outcomes of messages.
 */
@Factory
public final class CampaignsModule {
    public static final String NAME = "campaigns";

    @Singleton
    @Named(NAME)
    ServiceModule module() {
        return new ServiceModule(NAME);
    }

    @Singleton
    @Named("CAMPAIGNS_SEGMENT_CONSUMER")
    DurableConsumer segments(Copies copies) {
        return DurableConsumer.of(NAME, "CAMPAIGNS_SEGMENT_CONSUMER")
                .subjects("segment.evaluated", "segment.member.>")
                .on(SegmentMemberAdded.class, copies::on)
                .on(SegmentMemberRemoved.class, copies::on)
                .on(SegmentEvaluated.class, copies::on)
                .build();
    }

    @Singleton
    @Named("CAMPAIGNS_TEMPLATE_CONSUMER")
    DurableConsumer templates(Copies copies) {
        return DurableConsumer.of(NAME, "CAMPAIGNS_TEMPLATE_CONSUMER")
                .subjects("template.>")
                .on(TemplateCreated.class, copies::on)
                .on(TemplateUpdated.class, copies::on)
                .build();
    }

    @Singleton
    @Named("CAMPAIGNS_TRACKING_CONSUMER")
    DurableConsumer tracking(MessageTracking tracking) {
        return DurableConsumer.of(NAME, "CAMPAIGNS_TRACKING_CONSUMER")
                .subjects("pipeline.message.>")
                .on(PipelineMessageSent.class, tracking::on)
                .on(PipelineMessageFailed.class, tracking::on)
                .build();
    }
}
