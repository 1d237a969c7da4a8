package com.alumoutreach.contracts.inbox;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code inbox}. */
public sealed interface InboxEvent extends Event
        permits InboxThreadCreated,
                InboxThreadUpdated,
                InboxThreadAssigned,
                InboxMessageReceived,
                InboxMessageClassified,
                InboxManualActionRequired,
                InboxMessageSent,
                InboxSlaWarning,
                InboxSlaBreach {}
