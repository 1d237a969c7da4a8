package com.alumoutreach.contracts.contact;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code contact}. */
public sealed interface ContactEvent extends Event
        permits ContactCreated,
                ContactUpdated,
                ContactDeleted,
                ContactTagged,
                ContactUntagged,
                ContactConsentGranted,
                ContactConsentRevoked,
                ContactConsentRequested,
                ContactImportCompleted,
                ContactImportUndone {}
