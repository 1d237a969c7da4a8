package com.alumoutreach.contracts.webhook;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code webhook}. */
public sealed interface WebhookEvent extends Event
        permits WebhookEmailInbound,
                WebhookEmailDelivered,
                WebhookEmailOpened,
                WebhookEmailClicked,
                WebhookEmailBounced,
                WebhookEmailComplained,
                WebhookSmsInbound,
                WebhookSmsDelivered,
                WebhookWhatsAppInbound,
                WebhookWhatsAppDelivered,
                WebhookWhatsAppRead {}
