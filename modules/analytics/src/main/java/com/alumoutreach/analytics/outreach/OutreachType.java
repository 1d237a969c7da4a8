package com.alumoutreach.analytics.outreach;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The 13 types of the dashboard's event model, and which events of the stream they are: the one mapping that every query, view and replay
 * goes by. Other events are none of them.
 */
public enum OutreachType {
    MESSAGE_QUEUED(Only.ALL, "pipeline.message.queued", "outreach.message.queued"),
    MESSAGE_SENT(Only.ALL, "pipeline.message.sent", "outreach.message.sent"),
    MESSAGE_FAILED(Only.ALL, "pipeline.message.failed", "outreach.message.failed"),
    REPLY_RECEIVED(Only.FROM_PERSONS, "inbox.message.received", "outreach.reply.received"),
    REPLY_CLASSIFIED(Only.ALL, "inbox.message.classified", "outreach.reply.classified"),
    FOLLOWUP_SCHEDULED(
            Only.SECOND_MESSAGE_ON,
            "sequence.step.scheduled",
            "lead.followup.scheduled",
            "outreach.followup.scheduled"),
    FOLLOWUP_SENT(
            Only.SECOND_MESSAGE_ON, "sequence.step.executed", "lead.followup.completed", "outreach.followup.sent"),
    CAMPAIGN_PAUSED(Only.ALL, "campaign.paused", "outreach.campaign.paused"),
    CAMPAIGN_RESUMED(Only.ALL, "campaign.resumed", "outreach.campaign.resumed"),
    AUTOMATION_THROTTLED(Only.ALL, "sender.automation.throttled", "outreach.automation.throttled"),
    AUTOMATION_RESUMED(Only.ALL, "sender.automation.resumed", "outreach.automation.resumed"),
    CAPTCHA_DETECTED(Only.ALL, "sender.captcha.detected", "outreach.captcha.detected"),
    MANUAL_ACTION_REQUIRED(
            Only.ALL,
            "inbox.manual_action.required",
            "sender.manual_action.required",
            "outreach.manual_action.required");

    /** What an event of these subjects must be besides. */
    private enum Only {
        ALL("", "1"),
        /** Not an automatic reply. */
        FROM_PERSONS("", "NOT automatic"),
        /** A step of a sequence that sends its second message or a later one; other subjects are not of sequences. */
        SECOND_MESSAGE_ON("sequence.", "message_number >= 2");

        /** How the subjects begin that it is asked of. */
        private final String prefix;

        private final String sql;

        Only(String prefix, String sql) {
            this.prefix = prefix;
            this.sql = sql;
        }

        boolean holds(String subject, boolean automatic, long messageNumber) {
            return switch (this) {
                case ALL -> true;
                case FROM_PERSONS -> !automatic;
                case SECOND_MESSAGE_ON -> messageNumber >= 2 || !subject.startsWith(prefix);
            };
        }
    }

    private static final Map<String, OutreachType> BY_SUBJECT = Arrays.stream(values())
            .flatMap(type -> type.subjects.stream().map(subject -> Map.entry(subject, type)))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    private static final Map<String, OutreachType> BY_ID =
            Arrays.stream(values()).collect(Collectors.toMap(OutreachType::id, Function.identity()));

    private final Only only;
    private final List<String> subjects;

    OutreachType(Only only, String... subjects) {
        this.only = only;
        this.subjects = List.of(subjects);
    }

    /** As the event model spells it: {@code message_sent}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable OutreachType ofId(String id) {
        return BY_ID.get(id);
    }

    /** Subjects of which at least some events are of this type. */
    public List<String> subjects() {
        return subjects;
    }

    /** The subject under which an automation outside tells it directly. */
    public String directSubject() {
        return subjects.getLast();
    }

    /** Of all types. */
    public static List<String> allSubjects() {
        return Arrays.stream(values()).flatMap(type -> type.subjects.stream()).toList();
    }

    /**
     * What an event is.
     *
     * @param automatic the column of that name in {@code events}
     * @param messageNumber the column {@code message_number}
     * @return null for one that is not in the event model
     */
    public static @Nullable OutreachType of(String subject, boolean automatic, long messageNumber) {
        OutreachType type = BY_SUBJECT.get(subject);
        return type != null && type.only.holds(subject, automatic, messageNumber) ? type : null;
    }

    /** Of {@code events} in ClickHouse: whether a row is of one of these types. A list of subjects comes first, for the sorting key. */
    public static String sql(OutreachType... types) {
        String subjects = Arrays.stream(types)
                .flatMap(type -> type.subjects.stream())
                .map(OutreachType::quoted)
                .collect(Collectors.joining(", "));
        String conditions = Arrays.stream(types)
                .filter(type -> type.only != Only.ALL)
                .map(type -> " AND (" + type.notOf() + " OR " + type.only.sql + ")")
                .collect(Collectors.joining());
        return "(type IN (" + subjects + ")" + conditions + ")";
    }

    /** Of {@code events} in ClickHouse: the type's id. For rows for which {@link #sql} holds. */
    public static String sqlId() {
        StringBuilder subjects = new StringBuilder();
        StringBuilder ids = new StringBuilder();
        for (OutreachType type : values()) {
            for (String subject : type.subjects) {
                subjects.append(subjects.isEmpty() ? "" : ", ").append(quoted(subject));
                ids.append(ids.isEmpty() ? "" : ", ").append(quoted(type.id()));
            }
        }
        return "transform(type, [" + subjects + "], [" + ids + "], '')";
    }

    private String notOf() {
        return subjects.stream()
                .filter(subject -> subject.startsWith(only.prefix))
                .map(OutreachType::quoted)
                .collect(Collectors.joining(", ", "type NOT IN (", ")"));
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }
}
