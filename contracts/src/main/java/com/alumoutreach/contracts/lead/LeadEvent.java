package com.alumoutreach.contracts.lead;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code lead}. */
public sealed interface LeadEvent extends Event permits LeadFollowupScheduled, LeadFollowupCompleted {}
