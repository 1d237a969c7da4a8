package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.clickhouse.ClickHouse;
import com.alumoutreach.contracts.EventCodec;
import com.clickhouse.client.api.query.GenericRecord;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/** The events that a figure is made of. */
@Singleton
public class KpiTrail {
    /** Those that have a trail; {@code resources/clickhouse/trail} says which events. */
    public static final SortedSet<String> FIGURES = new TreeSet<>(List.of(
            "todays_sends",
            "replies_requiring_action",
            "reply_rate_7d",
            "system_status",
            "account_health",
            "campaign_snapshot_today",
            "campaign_queue",
            "followups_due_today",
            "emails_sent_mtd",
            "replies_mtd",
            "interested_mtd",
            "bounces_mtd",
            "unsubscribes_mtd",
            "daily_send_cap",
            "contacts"));

    private static final String PAGE = """
            SELECT id, toString(type) AS subject, event_type, occurred_at, campaign_id, contact_id, data
            FROM (
                SELECT id, type, if(%s, %s, '') AS event_type, occurred_at, campaign_id, contact_id, data
                FROM events
                WHERE %s AND occurred_at <= %s AND (%s)
            )
            WHERE (occurred_at, toString(id)) < (%s, {before_id:String})
            ORDER BY occurred_at DESC, toString(id) DESC
            LIMIT 1 BY id
            LIMIT {limit:Int64}""";

    private final ClickHouse clickHouse;

    KpiTrail(ClickHouse clickHouse) {
        this.clickHouse = clickHouse;
    }

    /**
     * An event, in the words of the dashboard's event model.
     *
     * @param eventType null for one that is not in the event model
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record TrailEvent(
            UUID id,
            String subject,
            @Nullable String eventType,
            Instant eventTimestamp,
            @Nullable String campaignId,
            @Nullable String leadId,
            JsonNode metadata) {}

    /**
     * A page, latest first.
     *
     * @param figure one of {@link #FIGURES}
     * @param campaignId null for all
     * @param after the last event of the page before; null for the first page
     */
    public List<TrailEvent> page(
            String figure, Moment moment, @Nullable String campaignId, @Nullable Position after, int limit) {
        Map<String, Object> parameters = new HashMap<>(moment.parameters());
        parameters.put("campaign", campaignId == null ? "" : campaignId);
        parameters.put("before", (after == null ? moment.at().plusMillis(1) : after.at()).toEpochMilli());
        parameters.put("before_id", after == null ? "" : after.id().toString());
        parameters.put("limit", (long) limit);
        List<TrailEvent> events = new ArrayList<>();
        for (GenericRecord row : clickHouse.query(KpiSql.trail(figure, PAGE), parameters)) {
            events.add(event(row));
        }
        return events;
    }

    /** Where a page ended. */
    public record Position(Instant at, UUID id) {}

    private static TrailEvent event(GenericRecord row) {
        try {
            return new TrailEvent(
                    row.getUUID("id"),
                    row.getString("subject"),
                    orNull(row.getString("event_type")),
                    row.getZonedDateTime("occurred_at").toInstant(),
                    orNull(row.getString("campaign_id")),
                    orNull(row.getString("contact_id")),
                    EventCodec.mapper().readTree(row.getString("data")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("data in ClickHouse are not JSON", e);
        }
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
