package com.alumoutreach.campaigns.campaign;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as it is stored.
 *
 * @param audienceAfter the contact up to which the audience was built; null before the start and when it is complete
 */
public record Campaign(
        UUID id,
        String tenantId,
        String name,
        String channel,
        String segmentId,
        String templateId,
        String status,
        @Nullable String audienceAfter,
        String correlationId) {

    public static Campaign read(ResultSet row) throws SQLException {
        return new Campaign(
                row.getObject("id", UUID.class),
                row.getString("tenant_id"),
                row.getString("name"),
                row.getString("channel"),
                row.getString("segment_id"),
                row.getString("template_id"),
                row.getString("status"),
                row.getString("audience_after"),
                row.getString("correlation_id"));
    }
}
