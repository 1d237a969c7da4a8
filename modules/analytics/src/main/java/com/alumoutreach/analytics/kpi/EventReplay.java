package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.kpi.Kpis.AccountHealth;
import com.alumoutreach.analytics.kpi.Kpis.CampaignSnapshot;
import com.alumoutreach.analytics.kpi.Kpis.CampaignStatus;
import com.alumoutreach.analytics.kpi.Kpis.MonthToDate;
import com.alumoutreach.analytics.kpi.Kpis.SystemStatus;
import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.contracts.EventEnvelope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The figures by replaying raw events in memory: plain, slow, and written apart from any SQL, so that it can tell whether the SQL is
 * right. Events may come in any order and more than once. It keeps what it reads of each event, about 300 bytes.
 */
public final class EventReplay {
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration WEEK = Duration.ofHours(7 * 24);
    private static final String DEFAULT_ZONE = "UTC";

    /** What a campaign's own events make of it. */
    private enum State {
        DRAFT,
        RUNNING,
        PAUSED,
        FINISHED
    }

    private static final Map<String, State> STATES = Map.of(
            "campaign.created", State.DRAFT,
            "campaign.scheduled", State.DRAFT,
            "campaign.started", State.RUNNING,
            "campaign.resumed", State.RUNNING,
            "outreach.campaign.resumed", State.RUNNING,
            "campaign.paused", State.PAUSED,
            "outreach.campaign.paused", State.PAUSED,
            "campaign.completed", State.FINISHED,
            "campaign.cancelled", State.FINISHED);

    private static final Comparator<Fact> IN_ORDER =
            Comparator.comparing(Fact::at).thenComparing(fact -> fact.id().toString());

    private final String tenantId;
    private final Instant at;
    private final Set<UUID> seen = new HashSet<>();
    private final List<Fact> facts = new ArrayList<>();

    /** @param at events after it do not count; to the millisecond */
    public EventReplay(String tenantId, Instant at) {
        this.tenantId = tenantId;
        this.at = at.truncatedTo(ChronoUnit.MILLIS);
    }

    public static Kpis replay(String tenantId, Instant at, Iterable<EventEnvelope> events) {
        EventReplay replay = new EventReplay(tenantId, at);
        events.forEach(replay::add);
        return replay.result();
    }

    /** An event of another tenant, or one that was there already, changes nothing. */
    public void add(EventEnvelope event) {
        if (event.tenantId().equals(tenantId) && seen.add(event.id())) {
            Fact fact = Fact.of(event);
            if (!fact.at().isAfter(at)) {
                facts.add(fact);
            }
        }
    }

    /** Different events so far. */
    public int events() {
        return seen.size();
    }

    public Set<UUID> ids() {
        return Set.copyOf(seen);
    }

    List<Fact> facts() {
        return facts;
    }

    public Kpis result() {
        Optional<Fact> settings = latest(fact -> fact.subject().equals("sender.settings.updated"));
        String zoneName = settings.map(fact -> zone(fact.data().path("timeZone").asText()))
                .orElse(DEFAULT_ZONE);
        ZoneId zone = ZoneId.of(zoneName);
        LocalDate today = at.atZone(zone).toLocalDate();
        Instant dayStart = today.atStartOfDay(zone).toInstant();
        Instant dayEnd = today.plusDays(1).atStartOfDay(zone).toInstant();
        Instant monthStart = today.withDayOfMonth(1).atStartOfDay(zone).toInstant();

        Map<String, Instant> firstSent = new HashMap<>();
        of(OutreachType.MESSAGE_SENT)
                .filter(fact -> fact.lead() != null && !fact.at().isBefore(at.minus(WEEK)))
                .forEach(fact -> firstSent.merge(
                        Objects.requireNonNull(fact.lead()), fact.at(), (a, b) -> a.isBefore(b) ? a : b));
        long replied = of(OutreachType.REPLY_RECEIVED)
                .filter(fact -> {
                    Instant first = fact.lead() == null ? null : firstSent.get(fact.lead());
                    return first != null && !fact.at().isBefore(first);
                })
                .map(Fact::lead)
                .distinct()
                .count();

        Campaigns campaigns = new Campaigns(dayStart);
        Status status = status(campaigns);
        return new Kpis(
                zoneName,
                settings.map(Fact::dailySendCap).orElse(null),
                of(OutreachType.MESSAGE_SENT).filter(since(dayStart)).count(),
                repliesRequiringAction(),
                firstSent.size(),
                replied,
                status.status(),
                status.reason(),
                accountHealth(),
                monthToDate(monthStart),
                anyContacts(),
                followupsDue(dayStart, dayEnd),
                campaigns.snapshots());
    }

    private long repliesRequiringAction() {
        Map<String, Instant> processed =
                latestByLead(of(OutreachType.REPLY_CLASSIFIED, OutreachType.MANUAL_ACTION_REQUIRED));
        return of(OutreachType.REPLY_RECEIVED)
                .filter(reply -> reply.lead() != null)
                .filter(reply -> {
                    Instant last = processed.get(reply.lead());
                    return last == null || last.isBefore(reply.at());
                })
                .map(Fact::lead)
                .distinct()
                .count();
    }

    private record Status(SystemStatus status, String reason) {}

    private Status status(Campaigns campaigns) {
        Optional<Fact> captcha =
                of(OutreachType.CAPTCHA_DETECTED).filter(since(at.minus(DAY))).max(IN_ORDER);
        if (captcha.isPresent()) {
            return new Status(SystemStatus.ERROR, "A captcha was detected at " + written(captcha.get()));
        }
        Optional<Fact> throttle = openThrottle();
        if (throttle.isPresent()) {
            return new Status(SystemStatus.THROTTLED, "The automation is throttled since " + written(throttle.get()));
        }
        List<State> unfinished = campaigns.known.stream()
                .map(campaigns::state)
                .filter(state -> state != State.FINISHED)
                .toList();
        if (!unfinished.isEmpty() && unfinished.stream().allMatch(state -> state == State.PAUSED)) {
            return new Status(
                    SystemStatus.PAUSED,
                    unfinished.size() == 1
                            ? "The only unfinished campaign is paused"
                            : "All " + unfinished.size() + " unfinished campaigns are paused");
        }
        return new Status(SystemStatus.HEALTHY, "Nothing stands in the way of sending");
    }

    /** The latest throttle that no resumption came after. */
    private Optional<Fact> openThrottle() {
        Optional<Fact> resumed = of(OutreachType.AUTOMATION_RESUMED).max(IN_ORDER);
        return of(OutreachType.AUTOMATION_THROTTLED)
                .max(IN_ORDER)
                .filter(throttle -> resumed.isEmpty() || !resumed.get().at().isAfter(throttle.at()));
    }

    private AccountHealth accountHealth() {
        Optional<Fact> last = of(OutreachType.MESSAGE_SENT).max(IN_ORDER);
        String method = last.map(fact -> fact.channel().isEmpty() ? "unknown" : fact.channel())
                .orElse("none");
        Instant dayAgo = at.minus(DAY);
        return new AccountHealth(
                last.map(Fact::at).orElse(null),
                openThrottle().filter(since(dayAgo)).isPresent(),
                of(OutreachType.MESSAGE_FAILED, OutreachType.CAPTCHA_DETECTED)
                        .filter(since(dayAgo))
                        .count(),
                of(OutreachType.CAPTCHA_DETECTED).anyMatch(since(dayAgo)),
                method);
    }

    private MonthToDate monthToDate(Instant monthStart) {
        return new MonthToDate(
                of(OutreachType.MESSAGE_SENT)
                        .filter(since(monthStart))
                        .filter(fact ->
                                fact.channel().equals("email") || fact.channel().isEmpty())
                        .count(),
                of(OutreachType.REPLY_RECEIVED).filter(since(monthStart)).count(),
                of(OutreachType.REPLY_CLASSIFIED)
                        .filter(since(monthStart))
                        .filter(fact -> fact.classification().equals("interested"))
                        .count(),
                subject("pipeline.message.bounced").filter(since(monthStart)).count(),
                subject("contact.consent.revoked")
                        .filter(since(monthStart))
                        .filter(fact -> fact.lead() != null
                                && fact.channel().equals("email")
                                && !fact.source().equals("import"))
                        .map(Fact::lead)
                        .distinct()
                        .count());
    }

    private boolean anyContacts() {
        Set<@Nullable String> deleted = new HashSet<>();
        subject("contact.deleted").forEach(fact -> deleted.add(fact.lead()));
        return subject("contact.created").anyMatch(fact -> fact.lead() != null && !deleted.contains(fact.lead()));
    }

    private long followupsDue(Instant dayStart, Instant dayEnd) {
        Map<String, Instant> sent = latestByLead(of(OutreachType.FOLLOWUP_SENT));
        return of(OutreachType.FOLLOWUP_SCHEDULED)
                .filter(fact -> fact.lead() != null)
                .filter(fact -> {
                    Instant due = fact.dueAt() == null ? fact.at() : fact.dueAt();
                    return !due.isBefore(dayStart) && due.isBefore(dayEnd);
                })
                .filter(fact -> {
                    Instant last = sent.get(fact.lead());
                    return last == null || last.isBefore(fact.at());
                })
                .count();
    }

    /** All campaigns of the tenant that any event names. */
    private final class Campaigns {
        private final Instant dayStart;
        private final Set<String> known = new TreeSet<>();
        private final Map<String, Fact> latest = new HashMap<>();
        private final Map<String, String> names = new HashMap<>();
        private final Map<String, Map<String, Instant>> queued = new HashMap<>();
        private final Map<String, Map<String, Instant>> done = new HashMap<>();
        private final Map<String, Long> sentToday = new HashMap<>();
        private final Map<String, Set<String>> repliedToday = new HashMap<>();

        Campaigns(Instant dayStart) {
            this.dayStart = dayStart;
            facts.stream().sorted(IN_ORDER).forEach(this::add);
            nameTheRest();
        }

        private void add(Fact fact) {
            String campaign = fact.campaign();
            State state = STATES.get(fact.subject());
            if (campaign == null || state == null && fact.type() == null) {
                return;
            }
            known.add(campaign);
            if (state != null) {
                latest.put(campaign, fact);
                if (fact.name() != null) {
                    names.put(campaign, fact.name());
                }
            }
            String lead = fact.lead();
            if (fact.type() == OutreachType.MESSAGE_QUEUED && lead != null) {
                queued.computeIfAbsent(campaign, key -> new HashMap<>()).put(lead, fact.at());
            }
            if ((fact.type() == OutreachType.MESSAGE_SENT || fact.type() == OutreachType.MESSAGE_FAILED)
                    && lead != null) {
                done.computeIfAbsent(campaign, key -> new HashMap<>()).put(lead, fact.at());
            }
            if (fact.type() == OutreachType.MESSAGE_SENT && since(dayStart).test(fact)) {
                sentToday.merge(campaign, 1L, Long::sum);
            }
            if (fact.type() == OutreachType.REPLY_RECEIVED
                    && lead != null
                    && since(dayStart).test(fact)) {
                repliedToday.computeIfAbsent(campaign, key -> new HashSet<>()).add(lead);
            }
        }

        /** Campaigns of automations outside, which have no events of their own: the last of their names in the alphabet. */
        private void nameTheRest() {
            Map<String, String> told = new HashMap<>();
            facts.stream()
                    .filter(fact -> fact.campaign() != null && fact.name() != null && fact.type() != null)
                    .filter(fact -> fact.subject().startsWith("outreach."))
                    .forEach(fact -> told.merge(
                            Objects.requireNonNull(fact.campaign()),
                            Objects.requireNonNull(fact.name()),
                            (a, b) -> inBytes(a, b) > 0 ? a : b));
            told.forEach(names::putIfAbsent);
        }

        State state(String campaign) {
            Fact own = latest.get(campaign);
            return own == null ? State.RUNNING : Objects.requireNonNull(STATES.get(own.subject()));
        }

        private long queue(String campaign) {
            if (state(campaign) == State.FINISHED) {
                return 0;
            }
            Map<String, Instant> outcomes = done.getOrDefault(campaign, Map.of());
            return queued.getOrDefault(campaign, Map.of()).entrySet().stream()
                    .filter(entry -> {
                        Instant outcome = outcomes.get(entry.getKey());
                        return outcome == null || outcome.isBefore(entry.getValue());
                    })
                    .count();
        }

        List<CampaignSnapshot> snapshots() {
            List<CampaignSnapshot> snapshots = new ArrayList<>();
            for (String campaign : known) {
                long sent = sentToday.getOrDefault(campaign, 0L);
                long replies = repliedToday.getOrDefault(campaign, Set.of()).size();
                long queue = queue(campaign);
                boolean busy = sent > 0 || replies > 0 || queue > 0;
                Fact own = latest.get(campaign);
                boolean shown = switch (state(campaign)) {
                    case RUNNING, PAUSED -> true;
                    case DRAFT -> busy;
                    case FINISHED -> busy || own != null && since(dayStart).test(own);
                };
                if (shown) {
                    snapshots.add(new CampaignSnapshot(
                            campaign, names.getOrDefault(campaign, campaign), label(campaign), queue, sent, replies));
                }
            }
            return snapshots;
        }

        private CampaignStatus label(String campaign) {
            return switch (state(campaign)) {
                case DRAFT, RUNNING -> CampaignStatus.RUNNING;
                case PAUSED -> CampaignStatus.PAUSED;
                case FINISHED -> CampaignStatus.COMPLETED;
            };
        }
    }

    private Stream<Fact> of(OutreachType... types) {
        Set<OutreachType> wanted = Set.of(types);
        return facts.stream().filter(fact -> fact.type() != null && wanted.contains(fact.type()));
    }

    private Stream<Fact> subject(String subject) {
        return facts.stream().filter(fact -> fact.subject().equals(subject));
    }

    private Optional<Fact> latest(Predicate<Fact> condition) {
        return facts.stream().filter(condition).max(IN_ORDER);
    }

    private static Map<String, Instant> latestByLead(Stream<Fact> facts) {
        Map<String, Instant> latest = new HashMap<>();
        facts.filter(fact -> fact.lead() != null)
                .forEach(fact ->
                        latest.merge(Objects.requireNonNull(fact.lead()), fact.at(), (a, b) -> a.isAfter(b) ? a : b));
        return latest;
    }

    private static Predicate<Fact> since(Instant start) {
        return fact -> !fact.at().isBefore(start);
    }

    /** As databases order texts. */
    private static int inBytes(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** To the second, as people read it. */
    private static String written(Fact fact) {
        return fact.at().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** One that nobody knows is as none. */
    private static String zone(String name) {
        return TimeZones.isKnown(name) ? name : DEFAULT_ZONE;
    }
}
