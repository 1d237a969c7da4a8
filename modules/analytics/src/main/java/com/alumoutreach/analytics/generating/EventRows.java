package com.alumoutreach.analytics.generating;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Generated events as rows of ClickHouse's {@code events}, in RowBinary: what the table would hold if the events had come over the API,
 * but for where they were in the stream. For benchmarks; such events are in no log.
 */
public final class EventRows {
    /**
     * The statement that the rows belong to. All columns that have defaults are named: computing them takes longer than writing them. Nor
     * does the server look for rows that are there twice before it answers: a merge does that later, and a history has none.
     */
    public static final String INSERT = "INSERT INTO events (id, type, tenant_id, source, version, occurred_at,"
            + " correlation_id, actor_id, actor_type, entity_id, entity_type, data, extensions, stream_position, contact_id,"
            + " campaign_id, sequence_id, segment_id, template_id, message_id, sender_id, channel, provider, classification,"
            + " automatic, message_number, due_at, name) SETTINGS optimize_on_insert = 0 FORMAT RowBinary";

    /** Above any row. */
    private static final int ROOM = 4_096;

    private ByteBuffer rows = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private int count;

    public int count() {
        return count;
    }

    /** Takes all rows out. */
    public byte[] take() {
        byte[] taken = Arrays.copyOf(rows.array(), rows.position());
        rows.clear();
        count = 0;
        return taken;
    }

    public void add(String tenant, GeneratedEvent event) {
        if (rows.remaining() < ROOM) {
            rows = ByteBuffer.allocate(rows.capacity() * 2)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(rows.flip());
        }
        GeneratedEvent.Campaign campaign = event.campaign();
        String campaignId = campaign == null ? "" : campaign.id().toString();
        UUID lead = event.leadId();
        String leadId = lead == null ? "" : lead.toString();
        put(event.id());
        put(event.type().directSubject());
        put(tenant);
        put("analytics-service");
        put("1.0");
        rows.putLong(event.happenedAt().toEpochMilli());
        put("generated");
        put("generator");
        put("system");
        if (lead != null) {
            put(leadId);
            put("contact");
        } else {
            put(campaign == null ? "automation" : campaignId);
            put(campaign == null ? "automation" : "campaign");
        }
        put(event.data());
        put("");
        rows.putLong(0);
        put(leadId);
        put(campaignId);
        for (int ids = 0; ids < 5; ids++) {
            put("");
        }
        put(campaign == null ? "" : campaign.channel());
        put("");
        String classification = event.classification();
        put(classification == null ? "" : classification);
        rows.put((byte) (event.autoReply() ? 1 : 0));
        rows.putInt(0);
        put(event.dueAt());
        put(campaign == null ? "" : campaign.name());
        count++;
    }

    private void put(UUID id) {
        rows.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    private void put(@Nullable Instant time) {
        rows.put((byte) (time == null ? 1 : 0));
        if (time != null) {
            rows.putLong(time.toEpochMilli());
        }
    }

    private void put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = bytes.length;
        while (length > 0x7f) {
            rows.put((byte) (length & 0x7f | 0x80));
            length >>>= 7;
        }
        rows.put((byte) length).put(bytes);
    }
}
