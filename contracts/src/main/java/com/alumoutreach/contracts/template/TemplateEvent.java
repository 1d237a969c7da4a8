package com.alumoutreach.contracts.template;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code template}. */
public sealed interface TemplateEvent extends Event
        permits TemplateCreated,
                TemplateUpdated,
                TemplateActivated,
                TemplateArchived,
                TemplateDeleted,
                TemplateHsmSubmitted,
                TemplateHsmApproved,
                TemplateHsmRejected {}
