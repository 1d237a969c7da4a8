package com.alumoutreach.contracts.pipeline;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code pipeline}. */
public sealed interface PipelineEvent extends Event
        permits PipelineMessageQueued,
                PipelineMessageSent,
                PipelineMessageDelivered,
                PipelineMessageOpened,
                PipelineMessageClicked,
                PipelineMessageBounced,
                PipelineMessageFailed,
                PipelineMessageComplained {}
