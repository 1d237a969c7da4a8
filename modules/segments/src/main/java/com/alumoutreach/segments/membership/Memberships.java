package com.alumoutreach.segments.membership;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.segments.SegmentsModule;
import com.alumoutreach.segments.membership.MemberRepository.Membership;
import com.alumoutreach.segments.segment.Segment;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Decides who is in which segment, writes down what changed, and says so. */
@Singleton
class Memberships {
    private final MemberRepository members;
    private final EventLog log;

    Memberships(MemberRepository members, @Named(SegmentsModule.NAME) EventLog log) {
        this.members = members;
        this.log = log;
    }

    /**
     * Brings the memberships of these contacts in these segments up to date.
     *
     * @param contacts locked by the caller
     * @param context why, for each contact
     */
    void decide(
            Handle tx,
            String tenant,
            List<Segment> segments,
            Collection<ContactCopy> contacts,
            Function<ContactCopy, EventContext> context) {
        if (segments.isEmpty() || contacts.isEmpty()) {
            return;
        }
        Set<Membership> before = members.of(
                tx, tenant, contacts.stream().map(ContactCopy::contactId).toList());
        List<Membership> added = new ArrayList<>();
        List<Membership> removed = new ArrayList<>();
        List<EventLog.Entry> events = new ArrayList<>();
        for (ContactCopy contact : contacts) {
            for (Segment segment : segments) {
                Membership membership = new Membership(segment.id(), contact.contactId());
                boolean belongs = segment.definition().matches(contact);
                if (belongs && !before.contains(membership)) {
                    added.add(membership);
                    events.add(new EventLog.Entry(context.apply(contact), contact.added(segment.id())));
                } else if (!belongs && before.contains(membership)) {
                    removed.add(membership);
                    events.add(new EventLog.Entry(context.apply(contact), contact.removed(segment.id())));
                }
            }
        }
        members.insert(tx, tenant, added);
        members.delete(tx, tenant, removed);
        log.appendAll(tx, events);
    }
}
