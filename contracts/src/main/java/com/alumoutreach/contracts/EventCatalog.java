package com.alumoutreach.contracts;

import com.alumoutreach.contracts.analytics.AnalyticsEvent;
import com.alumoutreach.contracts.campaign.CampaignEvent;
import com.alumoutreach.contracts.contact.ContactEvent;
import com.alumoutreach.contracts.inbox.InboxEvent;
import com.alumoutreach.contracts.lead.LeadEvent;
import com.alumoutreach.contracts.operations.OperationsEvent;
import com.alumoutreach.contracts.outreach.OutreachEvent;
import com.alumoutreach.contracts.pipeline.PipelineEvent;
import com.alumoutreach.contracts.segment.SegmentEvent;
import com.alumoutreach.contracts.sender.SenderEvent;
import com.alumoutreach.contracts.sequence.SequenceEvent;
import com.alumoutreach.contracts.template.TemplateEvent;
import com.alumoutreach.contracts.webhook.WebhookEvent;
import com.alumoutreach.contracts.work.Command;
import com.alumoutreach.contracts.workflow.WorkflowEvent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Every event type there is, read off the sealed types of the domains. */
public final class EventCatalog {
    private static final List<Class<? extends Event>> DOMAINS = List.of(
            ContactEvent.class,
            SegmentEvent.class,
            TemplateEvent.class,
            CampaignEvent.class,
            PipelineEvent.class,
            WorkflowEvent.class,
            SequenceEvent.class,
            InboxEvent.class,
            WebhookEvent.class,
            SenderEvent.class,
            LeadEvent.class,
            OutreachEvent.class,
            AnalyticsEvent.class,
            OperationsEvent.class,
            Command.class);

    private static final Map<String, EventType> BY_SUBJECT = DOMAINS.stream()
            .flatMap(domain -> Arrays.stream(domain.getPermittedSubclasses()))
            .map(EventCatalog::describe)
            .collect(Collectors.toMap(EventType::subject, Function.identity(), (a, b) -> a, LinkedHashMap::new));

    private static final Map<Class<?>, EventType> BY_RECORD =
            BY_SUBJECT.values().stream().collect(Collectors.toMap(EventType::recordType, Function.identity()));

    private EventCatalog() {}

    /** In the order of the specification. */
    public static List<EventType> all() {
        return List.copyOf(BY_SUBJECT.values());
    }

    public static Optional<EventType> find(String subject) {
        return Optional.ofNullable(BY_SUBJECT.get(subject));
    }

    /** @throws IllegalArgumentException when the record is not of the catalogue */
    public static EventType of(Class<? extends Event> type) {
        EventType found = BY_RECORD.get(type);
        if (found == null) {
            throw new IllegalArgumentException(type + " is not in the event catalogue");
        }
        return found;
    }

    /** First tokens of the event subjects; commands ({@code work}) are not events and are left out. */
    public static List<String> domains() {
        return BY_SUBJECT.values().stream()
                .map(EventType::domain)
                .filter(domain -> !domain.equals("work"))
                .distinct()
                .toList();
    }

    private static EventType describe(Class<?> type) {
        Subject subject = type.getAnnotation(Subject.class);
        String name = subject.value();
        return new EventType(
                name, subject.version(), type.asSubclass(Event.class), name.substring(0, name.indexOf('.')));
    }
}
