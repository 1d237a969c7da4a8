package com.alumoutreach.analytics.generating;

import static com.alumoutreach.analytics.outreach.OutreachType.AUTOMATION_RESUMED;
import static com.alumoutreach.analytics.outreach.OutreachType.AUTOMATION_THROTTLED;
import static com.alumoutreach.analytics.outreach.OutreachType.CAMPAIGN_PAUSED;
import static com.alumoutreach.analytics.outreach.OutreachType.CAMPAIGN_RESUMED;
import static com.alumoutreach.analytics.outreach.OutreachType.CAPTCHA_DETECTED;
import static com.alumoutreach.analytics.outreach.OutreachType.FOLLOWUP_SCHEDULED;
import static com.alumoutreach.analytics.outreach.OutreachType.FOLLOWUP_SENT;
import static com.alumoutreach.analytics.outreach.OutreachType.MESSAGE_FAILED;
import static com.alumoutreach.analytics.outreach.OutreachType.MESSAGE_QUEUED;
import static com.alumoutreach.analytics.outreach.OutreachType.MESSAGE_SENT;
import static com.alumoutreach.analytics.outreach.OutreachType.REPLY_CLASSIFIED;
import static com.alumoutreach.analytics.outreach.OutreachType.REPLY_RECEIVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.alumoutreach.analytics.outreach.OutreachType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventGeneratorTest {
    private static final Instant UNTIL = Instant.parse("2026-01-27T10:00:00Z");
    private static final Instant MIDNIGHT = UNTIL.truncatedTo(ChronoUnit.DAYS);

    @Test
    void theSamePlanIsTheSameHistoryInEveryRun() {
        assertThat(history("acme", 1, 1, UNTIL)).isEqualTo(history("acme", 1, 1, UNTIL));
        // Of the released generator: whoever has a history of it can make it again.
        String lines =
                history("acme", 1, 1, UNTIL).stream().map(GeneratedEvent::line).collect(Collectors.joining("\n"));
        assertThat(UUID.nameUUIDFromBytes(lines.getBytes(StandardCharsets.UTF_8)))
                .hasToString("b6d9417a-a452-3caf-b76e-d519c2b47efc");
    }

    @Test
    void anotherSeedTenantOrEndIsAnotherHistory() {
        Set<UUID> ids = ids(history("acme", 1, 1, UNTIL));
        for (List<GeneratedEvent> other : List.of(
                history("acme", 2, 1, UNTIL),
                history("acne", 1, 1, UNTIL),
                history("acme", 1, 1, UNTIL.plusSeconds(60)))) {
            assertThat(ids(other)).doesNotContainAnyElementsOf(ids);
        }
    }

    @Test
    void idsAreUniqueAndTheirNumberGrowsWithTheScale() {
        for (int scale : List.of(1, 10, 100)) {
            List<GeneratedEvent> events = history("acme", 3, scale, UNTIL);
            assertThat(ids(events)).hasSameSizeAs(events);
            assertThat((double) events.size()).isCloseTo(2_000.0 * scale, within(160.0 * scale));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-27T10:00:00Z",
                "2026-01-27T00:00:00Z",
                "2026-01-27T00:00:01Z",
                "2026-01-27T23:59:59.999Z"
            })
    void aHistoryIsAsThoseOfPeopleAre(String until) {
        Instant end = Instant.parse(until);
        Instant midnight = end.truncatedTo(ChronoUnit.DAYS);
        List<GeneratedEvent> events = history("acme", 4, 5, end);

        assertThat(events)
                .allSatisfy(event -> assertThat(event.happenedAt()).isBetween(end.minus(Duration.ofDays(7)), end));
        assertThat(share(leads(of(events, REPLY_RECEIVED), false), leads(of(events, MESSAGE_SENT), false)))
                .isCloseTo(0.15, within(0.02));
        assertThat(of(events, MESSAGE_SENT))
                .anySatisfy(event -> assertThat(event.happenedAt()).isAfterOrEqualTo(midnight));
        assertThat(share(leads(of(events, REPLY_CLASSIFIED), true), leads(of(events, REPLY_RECEIVED), false)))
                .isBetween(0.4, 0.9);
        assertThat(share(leads(of(events, MESSAGE_FAILED), true), leads(of(events, MESSAGE_QUEUED), true)))
                .isBetween(0.02, 0.06);
        assertThat(of(events, FOLLOWUP_SENT)).isNotEmpty();
        assertThat(of(events, FOLLOWUP_SCHEDULED))
                .extracting(GeneratedEvent::dueAt)
                .anySatisfy(
                        due -> assertThat(due).isAfterOrEqualTo(midnight).isBefore(midnight.plus(Duration.ofDays(1))));
    }

    @Test
    void causesComeBeforeWhatTheyCause() {
        List<GeneratedEvent> events = history("acme", 5, 5, UNTIL);
        Map<UUID, Instant> queued = first(events, MESSAGE_QUEUED);
        Map<UUID, Instant> sent = first(events, MESSAGE_SENT);
        Map<UUID, Instant> replied = first(events, REPLY_RECEIVED);
        Map<UUID, Instant> scheduled = first(events, FOLLOWUP_SCHEDULED);
        sent.forEach((lead, at) -> assertThat(at).isAfter(queued.get(lead)));
        replied.forEach((lead, at) -> assertThat(at).isAfterOrEqualTo(sent.get(lead)));
        first(events, REPLY_CLASSIFIED).forEach((lead, at) -> assertThat(at).isAfter(replied.get(lead)));
        first(events, FOLLOWUP_SENT).forEach((lead, at) -> assertThat(at).isAfter(scheduled.get(lead)));
        assertThat(at(events, CAMPAIGN_PAUSED)).isBefore(at(events, CAMPAIGN_RESUMED));
        assertThat(at(events, AUTOMATION_THROTTLED)).isBefore(at(events, AUTOMATION_RESUMED));
    }

    @Test
    void aCaptchaIsRareAndLongerAgoThanADay() {
        int captchas = 0;
        for (long seed = 0; seed < 200; seed++) {
            for (GeneratedEvent event : history("acme", seed, 1, UNTIL)) {
                if (event.type() == CAPTCHA_DETECTED) {
                    captchas++;
                    assertThat(event.happenedAt()).isBefore(UNTIL.minus(Duration.ofDays(1)));
                }
            }
        }
        assertThat(captchas).isBetween(25, 75);
    }

    @Test
    void aShortHistoryIsOneToo() {
        List<GeneratedEvent> events = new EventGenerator(
                        new EventGenerator.Plan("acme", 1, 1, 1, MIDNIGHT.plusSeconds(1)))
                .events()
                .toList();
        assertThat(events).hasSizeGreaterThan(1_000);
        assertThat(events)
                .allSatisfy(event -> assertThat(event.happenedAt())
                        .isBetween(MIDNIGHT.minus(Duration.ofDays(1)), MIDNIGHT.plusSeconds(1)));
    }

    private static List<GeneratedEvent> history(String tenant, long seed, long scale, Instant until) {
        return new EventGenerator(new EventGenerator.Plan(tenant, seed, 7, scale, until))
                .events()
                .toList();
    }

    private static List<GeneratedEvent> of(List<GeneratedEvent> events, OutreachType type) {
        return events.stream().filter(event -> event.type() == type).toList();
    }

    private static Set<UUID> ids(List<GeneratedEvent> events) {
        return events.stream().map(GeneratedEvent::id).collect(Collectors.toSet());
    }

    private static Set<UUID> leads(List<GeneratedEvent> events, boolean withAutoReplies) {
        return events.stream()
                .filter(event -> withAutoReplies || !event.autoReply())
                .map(GeneratedEvent::leadId)
                .collect(Collectors.toSet());
    }

    private static double share(Set<UUID> part, Set<UUID> whole) {
        return (double) part.size() / whole.size();
    }

    private static Map<UUID, Instant> first(List<GeneratedEvent> events, OutreachType type) {
        Map<UUID, Instant> first = new HashMap<>();
        of(events, type)
                .forEach(event -> first.merge(event.leadId(), event.happenedAt(), (a, b) -> a.isBefore(b) ? a : b));
        return first;
    }

    private static Instant at(List<GeneratedEvent> events, OutreachType type) {
        return of(events, type).getFirst().happenedAt();
    }
}
