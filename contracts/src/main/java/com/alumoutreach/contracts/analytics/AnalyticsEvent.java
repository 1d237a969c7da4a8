package com.alumoutreach.contracts.analytics;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code analytics}. */
public sealed interface AnalyticsEvent extends Event
        permits AnalyticsReconciliationCompleted, AnalyticsValidationCompleted {}
