package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.contracts.inbox.InboxMessageReceived;
import com.alumoutreach.contracts.pipeline.PipelineMessageClicked;
import com.alumoutreach.contracts.pipeline.PipelineMessageDelivered;
import com.alumoutreach.contracts.pipeline.PipelineMessageOpened;
import com.alumoutreach.contracts.pipeline.PipelineMessageSent;
import com.alumoutreach.segments.membership.Engagements.Engagement;
import com.alumoutreach.segments.membership.Memberships.Question;
import com.alumoutreach.segments.rule.RuleReader;
import com.alumoutreach.segments.segment.Definitions;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Keeps what happened to contacts, and the members of segments that ask for it. */
@Singleton
public class EngagementProjection {
    private static final String CAMPAIGN = "campaign";

    private final Engagements engagements;
    private final ContactCopies copies;
    private final MergedContacts merged;
    private final Definitions definitions;
    private final Memberships memberships;
    private final Clock clock;

    EngagementProjection(
            Engagements engagements,
            ContactCopies copies,
            MergedContacts merged,
            Definitions definitions,
            Memberships memberships,
            Clock clock) {
        this.engagements = engagements;
        this.copies = copies;
        this.merged = merged;
        this.definitions = definitions;
        this.memberships = memberships;
        this.clock = clock;
    }

    /** @param deliveries of one tenant */
    public void on(List<Delivery> deliveries) {
        Handle tx = deliveries.getFirst().tx();
        String tenant = deliveries.getFirst().tenantId();
        long oldest = clock.millis() - RuleReader.LONGEST_WINDOW.toMillis();
        Map<Engagement, Delivery> happened = new HashMap<>();
        for (Delivery delivery : deliveries) {
            Engagement engagement = engagement(delivery);
            if (engagement != null && engagement.atMs() > oldest) {
                happened.put(engagement, delivery);
            }
        }
        if (happened.isEmpty()) {
            return;
        }
        Definitions.OfTenant defined = definitions.lock(tx, tenant);
        Set<String> named = new HashSet<>();
        happened.keySet().forEach(engagement -> named.add(engagement.contactId()));
        Map<String, String> survivors = merged.survivors(tx, tenant, named, Map.of());
        Map<String, ContactCopy> locked = locked(tx, tenant, named, survivors);
        List<Engagement> kept = new ArrayList<>();
        Map<String, Set<String>> kinds = new HashMap<>();
        Map<String, Delivery> why = new HashMap<>();
        happened.forEach((engagement, delivery) -> {
            String contact = survivors.getOrDefault(engagement.contactId(), engagement.contactId());
            if (!Objects.requireNonNull(locked.get(contact)).erased()) {
                kept.add(new Engagement(
                        contact, engagement.kind(), engagement.atMs(), engagement.eventId(), engagement.campaignId()));
                kinds.computeIfAbsent(contact, unused -> new HashSet<>()).add(engagement.kind());
                why.put(contact, delivery);
            }
        });
        engagements.append(tx, tenant, kept);
        List<Question> questions = new ArrayList<>();
        kinds.forEach((contact, seen) -> questions.add(new Question(
                Objects.requireNonNull(locked.get(contact)),
                defined.readersOf(seen),
                false,
                Objects.requireNonNull(why.get(contact)).context())));
        memberships.decide(
                tx, tenant, questions.stream().filter(q -> q.copy().present()).toList());
    }

    /** Also contacts of which nothing is known yet: their row is what keeps two from deciding at once. */
    private Map<String, ContactCopy> locked(
            Handle tx, String tenant, Set<String> named, Map<String, String> survivors) {
        Set<String> ids = new java.util.TreeSet<>();
        named.forEach(id -> ids.add(survivors.getOrDefault(id, id)));
        Map<String, ContactCopy> locked = new HashMap<>();
        copies.lock(tx, tenant, ids).forEach(copy -> locked.put(copy.contactId(), copy));
        if (locked.size() < ids.size()) {
            // All at once again, so that rows are taken in one order.
            copies.insert(
                    tx,
                    tenant,
                    ids.stream()
                            .filter(id -> !locked.containsKey(id))
                            .map(ContactCopy::unknown)
                            .toList());
            copies.lock(tx, tenant, ids).forEach(copy -> locked.put(copy.contactId(), copy));
        }
        if (locked.values().stream().anyMatch(copy -> copy.mergedInto() != null)) {
            throw new IllegalStateException("A contact was merged since it was looked up; the event comes again");
        }
        return locked;
    }

    private static @Nullable Engagement engagement(Delivery delivery) {
        return switch (delivery.event()) {
            case PipelineMessageSent e -> of(delivery, "message.sent", e.contactId(), e.sourceType(), e.sourceId());
            case PipelineMessageDelivered e ->
                of(delivery, "message.delivered", e.contactId(), e.sourceType(), e.sourceId());
            case PipelineMessageOpened e -> of(delivery, "message.opened", e.contactId(), e.sourceType(), e.sourceId());
            case PipelineMessageClicked e ->
                of(delivery, "message.clicked", e.contactId(), e.sourceType(), e.sourceId());
            case InboxMessageReceived e ->
                e.contactId() == null || Boolean.TRUE.equals(e.autoReply())
                        ? null
                        : of(delivery, "message.replied", e.contactId(), e.sourceType(), e.sourceId());
            default -> null;
        };
    }

    private static Engagement of(
            Delivery delivery, String kind, String contactId, @Nullable String sourceType, @Nullable String sourceId) {
        return new Engagement(
                contactId,
                kind,
                delivery.envelope().timestamp().toEpochMilli(),
                delivery.envelope().id(),
                CAMPAIGN.equals(sourceType) ? sourceId : null);
    }
}
