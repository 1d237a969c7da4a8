package com.alumoutreach.contracts.sender;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code sender}. */
public sealed interface SenderEvent extends Event
        permits SenderSettingsUpdated,
                SenderAutomationThrottled,
                SenderAutomationResumed,
                SenderCaptchaDetected,
                SenderManualActionRequired {}
