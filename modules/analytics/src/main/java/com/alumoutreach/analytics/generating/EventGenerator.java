package com.alumoutreach.analytics.generating;

import com.alumoutreach.analytics.outreach.OutreachType;
import com.alumoutreach.contracts.EventIds;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's history of some days that ends at a moment: messages, replies of about 15 % of those who got one, of which some wait to be
 * looked at, follow-ups, a campaign that paused, an automation that was throttled, and now and then a captcha more than a day ago.
 *
 * <p>Tenant, seed, days, scale and end determine every event with its id and content. Leads have a story each, one after the other, so a
 * history of any length needs no memory, and its events are not in the order of their times.
 */
public final class EventGenerator {
    /** Scale 1 is some 2,000 events. */
    private static final int LEADS_A_SCALE = 715;

    private static final List<String> CAMPAIGN_NAMES =
            List.of("Spring offer", "Renewals", "New in town", "Old friends");
    private static final List<String> CHANNELS = List.of("email", "linkedin", "email", "sms");
    private static final int MAX_CAMPAIGNS = 100;

    private static final List<String> CLASSIFICATIONS =
            List.of("interested", "interested", "not_interested", "not_interested", "question", "unsubscribe");
    private static final List<String> SUBJECTS =
            List.of("A question", "About your school", "Following up", "Shall we talk");
    private static final List<String> ANSWERS =
            List.of("Yes, tell me more", "Not now", "Who are you", "Call me tomorrow");
    private static final List<String> FAILURES = List.of("MAILBOX_FULL", "ADDRESS_UNKNOWN", "TIMEOUT");

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final Plan plan;
    private final long start;
    private final long end;
    private final long midnight;
    private final long salt;
    private final List<GeneratedEvent.Campaign> campaigns;

    /**
     * What to make.
     *
     * @param days 1 to 366; the history begins so many days before its end
     * @param scale 1 to 50,000 times some 2,000 events
     * @param until the end
     */
    public record Plan(String tenant, long seed, int days, long scale, Instant until) {
        public Plan {
            if (days < 1 || days > 366 || scale < 1 || scale > 50_000) {
                throw new IllegalArgumentException("days are 1 to 366, scale is 1 to 50,000");
            }
        }
    }

    public EventGenerator(Plan plan) {
        this.plan = plan;
        this.end = plan.until().toEpochMilli();
        this.start = end - plan.days() * DAY;
        this.midnight = plan.until().truncatedTo(ChronoUnit.DAYS).toEpochMilli();
        this.salt = mixed(EventIds.derived(plan.tenant()).getMostSignificantBits(), plan.seed());
        this.campaigns = campaigns();
    }

    /** Every event, in no order. */
    public Stream<GeneratedEvent> events() {
        return Stream.concat(
                automation().stream(),
                LongStream.range(0, plan.scale() * LEADS_A_SCALE)
                        .mapToObj(this::lead)
                        .flatMap(List::stream));
    }

    private List<GeneratedEvent.Campaign> campaigns() {
        List<GeneratedEvent.Campaign> made = new ArrayList<>();
        long count = Math.min(MAX_CAMPAIGNS, CAMPAIGN_NAMES.size() + plan.scale() / 10);
        for (int i = 0; i < count; i++) {
            int kind = i % CAMPAIGN_NAMES.size();
            String name = CAMPAIGN_NAMES.get(kind) + (i == kind ? "" : " " + (i / CAMPAIGN_NAMES.size() + 1));
            made.add(new GeneratedEvent.Campaign(id(mixed(salt, -1 - i), start), name, CHANNELS.get(kind)));
        }
        return made;
    }

    /** What happens to the automation as a whole: it is healthy at the end. */
    private List<GeneratedEvent> automation() {
        SplittableRandom random = new SplittableRandom(mixed(salt ^ end, -1_000));
        Story story = new Story(mixed(salt ^ end, -1_001), null, null);
        long window = end - start;
        Story paused = new Story(mixed(salt ^ end, -1_002), campaigns.getFirst(), null);
        paused.add(OutreachType.CAMPAIGN_PAUSED, pausedAt());
        paused.add(OutreachType.CAMPAIGN_RESUMED, resumedAt());
        long throttledAt = start + window * 4 / 10 + random.nextLong(window / 10);
        story.add(OutreachType.AUTOMATION_THROTTLED, throttledAt);
        story.add(OutreachType.AUTOMATION_RESUMED, throttledAt + window / 50);
        if (plan.days() >= 3 && random.nextInt(4) == 0) {
            story.add(OutreachType.CAPTCHA_DETECTED, start + random.nextLong(window - DAY - HOUR));
        }
        return Stream.concat(story.events.stream(), paused.events.stream()).toList();
    }

    private long pausedAt() {
        return start + (end - start) * 6 / 10;
    }

    private long resumedAt() {
        return start + (end - start) * 7 / 10;
    }

    /** The story of one lead, which depends on no other. */
    private List<GeneratedEvent> lead(long number) {
        long leadSeed = mixed(salt, number);
        SplittableRandom random = new SplittableRandom(mixed(leadSeed, end));
        GeneratedEvent.Campaign campaign = campaigns.get(random.nextInt(campaigns.size()));
        Story story = new Story(mixed(leadSeed, end), campaign, id(leadSeed, start));
        int fate = random.nextInt(100);
        if (fate < 3) {
            story.add(OutreachType.MESSAGE_QUEUED, between(random, Math.max(start, end - 2 * HOUR), end));
            return story.events;
        }
        long sentAt = sentAt(random, campaign);
        story.add(OutreachType.MESSAGE_QUEUED, between(random, Math.max(start, sentAt - 2 * HOUR), sentAt - 1));
        if (fate < 7) {
            story.add(OutreachType.MESSAGE_FAILED, sentAt, "error", any(random, FAILURES));
            return story.events;
        }
        story.add(OutreachType.MESSAGE_SENT, sentAt, "subject", any(random, SUBJECTS));
        int answer = random.nextInt(1_000);
        if (answer < 150) {
            reply(story, random, sentAt);
        } else if (answer < 170) {
            story.addAutoReply(between(random, sentAt, Math.min(end, sentAt + HOUR)));
        } else if (answer < 500) {
            followUp(story, random, sentAt);
        }
        return story.events;
    }

    /** Mostly in working hours, some of them today for certain. */
    private long sentAt(SplittableRandom random, GeneratedEvent.Campaign campaign) {
        long earliest = start + MINUTE;
        long at;
        if (random.nextInt(12) == 0) {
            at = between(random, Math.max(earliest, midnight), end);
        } else {
            at = midnight - random.nextLong(plan.days() + 1L) * DAY + 8 * HOUR + random.nextLong(10 * HOUR);
            at = at < earliest || at > end ? between(random, earliest, end) : at;
        }
        boolean resting = campaign.equals(campaigns.getFirst()) && at >= pausedAt() && at <= resumedAt();
        return resting ? between(random, resumedAt() + 1, Math.min(end, resumedAt() + 4 * HOUR)) : at;
    }

    private void reply(Story story, SplittableRandom random, long sentAt) {
        long repliedAt = between(random, sentAt, Math.min(end, sentAt + 2 * DAY));
        story.add(OutreachType.REPLY_RECEIVED, repliedAt, "text", any(random, ANSWERS));
        int care = random.nextInt(100);
        long doneAt = repliedAt + 5 * MINUTE + random.nextLong(8 * HOUR);
        if (care >= 75 || doneAt > end) {
            return;
        }
        if (care < 4) {
            story.add(OutreachType.MANUAL_ACTION_REQUIRED, doneAt, "reason", "ASKS_FOR_A_PERSON");
        } else {
            story.addClassified(doneAt, any(random, CLASSIFICATIONS));
        }
        long againAt = doneAt + HOUR + random.nextLong(DAY);
        if (care < 10 && againAt <= end) {
            story.add(OutreachType.REPLY_RECEIVED, againAt, "text", any(random, ANSWERS));
        }
    }

    /** Two days later, or some time today. */
    private void followUp(Story story, SplittableRandom random, long sentAt) {
        boolean today = random.nextInt(10) == 0;
        long dueAt = today ? midnight + random.nextLong(DAY) : sentAt + 2 * DAY + random.nextLong(8 * HOUR);
        story.addScheduled(Math.min(end, sentAt + 1), dueAt);
        if (!today && dueAt + 10 * MINUTE <= end && random.nextInt(10) > 0) {
            story.add(OutreachType.FOLLOWUP_SENT, dueAt + random.nextLong(10 * MINUTE), "subject", "Following up");
        }
    }

    /** Both bounds included; the first one when they are the wrong way round. */
    private static long between(SplittableRandom random, long from, long to) {
        return to <= from ? from : from + random.nextLong(to - from + 1);
    }

    private static String any(SplittableRandom random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** The finalizer of MurmurHash3 over both: neighbours have nothing in common. */
    private static long mixed(long a, long b) {
        long hash = a * 0x9E3779B97F4A7C15L + b;
        hash = (hash ^ (hash >>> 33)) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return hash ^ (hash >>> 33);
    }

    /** Shaped as a UUIDv7 of its time, so that databases take it as quickly as those of real events. */
    private static UUID id(long hash, long millis) {
        long high = millis << 16 | 0x7000L | mixed(hash, 1) & 0xFFFL;
        return new UUID(high, mixed(hash, 2) & 0x3FFFFFFFFFFFFFFFL | 0x8000000000000000L);
    }

    /** Events that belong together. */
    private static final class Story {
        private final long hash;
        private final GeneratedEvent.@Nullable Campaign campaign;
        private final @Nullable UUID leadId;
        private final List<GeneratedEvent> events = new ArrayList<>(5);

        Story(long hash, GeneratedEvent.@Nullable Campaign campaign, @Nullable UUID leadId) {
            this.hash = hash;
            this.campaign = campaign;
            this.leadId = leadId;
        }

        void add(OutreachType type, long at) {
            add(type, at, null, null, false, null, null);
        }

        void add(OutreachType type, long at, String detailName, String detail) {
            add(type, at, null, null, false, detailName, detail);
        }

        void addClassified(long at, String classification) {
            add(OutreachType.REPLY_CLASSIFIED, at, classification, null, false, null, null);
        }

        void addAutoReply(long at) {
            add(OutreachType.REPLY_RECEIVED, at, null, null, true, "text", "I am out of office");
        }

        void addScheduled(long at, long dueAt) {
            add(OutreachType.FOLLOWUP_SCHEDULED, at, null, Instant.ofEpochMilli(dueAt), false, null, null);
        }

        private void add(
                OutreachType type,
                long at,
                @Nullable String classification,
                @Nullable Instant dueAt,
                boolean autoReply,
                @Nullable String detailName,
                @Nullable String detail) {
            events.add(new GeneratedEvent(
                    id(mixed(hash, 7 + events.size()), at),
                    type,
                    Instant.ofEpochMilli(at),
                    campaign,
                    leadId,
                    classification,
                    dueAt,
                    autoReply,
                    detailName,
                    detail));
        }
    }
}
