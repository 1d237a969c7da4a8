package com.alumoutreach.campaigns.audience;

import com.alumoutreach.backbone.consuming.Delivery;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.contracts.segment.SegmentEvaluated;
import com.alumoutreach.contracts.segment.SegmentMemberAdded;
import com.alumoutreach.contracts.segment.SegmentMemberRemoved;
import com.alumoutreach.contracts.template.TemplateCreated;
import com.alumoutreach.contracts.template.TemplateUpdated;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what campaigns need of segments and templates. */
@Singleton
public class Copies {
    public void on(SegmentMemberAdded e, Delivery delivery) {
        Map<String, Object> variables = new HashMap<>(Objects.requireNonNullElse(e.attributes(), Map.of()));
        put(variables, "email", e.email());
        put(variables, "phone", e.phone());
        put(variables, "firstName", e.firstName());
        put(variables, "lastName", e.lastName());
        member(delivery, e.segmentId(), e.contactId(), e.email(), variables, true);
    }

    public void on(SegmentMemberRemoved e, Delivery delivery) {
        member(delivery, e.segmentId(), e.contactId(), e.email(), Map.of(), false);
    }

    public void on(SegmentEvaluated e, Delivery delivery) {
        delivery.tx()
                .createUpdate(
                        "INSERT INTO campaigns.evaluated_segments (tenant_id, segment_id) VALUES (:tenant, :segment)"
                                + " ON CONFLICT DO NOTHING")
                .bind("tenant", delivery.tenantId())
                .bind("segment", e.segmentId())
                .execute();
    }

    public void on(TemplateCreated e, Delivery delivery) {
        template(delivery, e.templateId(), e.subject(), e.body(), e.bodyText(), e.templateVersion());
    }

    public void on(TemplateUpdated e, Delivery delivery) {
        template(delivery, e.templateId(), e.subject(), e.body(), e.bodyText(), e.templateVersion());
    }

    private static void put(Map<String, Object> variables, String name, @Nullable String value) {
        if (value != null) {
            variables.put(name, value);
        }
    }

    private static void member(
            Delivery delivery,
            String segment,
            String contact,
            @Nullable String email,
            Map<String, Object> variables,
            boolean present) {
        delivery.tx()
                .createUpdate("""
                        INSERT INTO campaigns.segment_members AS m
                          (tenant_id, segment_id, contact_id, email, variables, present, event_id)
                        VALUES (:tenant, :segment, :contact, :email, :variables::jsonb, :present, :event)
                        ON CONFLICT (tenant_id, segment_id, contact_id) DO UPDATE SET email = excluded.email,
                          variables = excluded.variables, present = excluded.present, event_id = excluded.event_id
                        WHERE m.event_id < excluded.event_id""")
                .bind("tenant", delivery.tenantId())
                .bind("segment", segment)
                .bind("contact", contact)
                .bind("email", email)
                .bind("variables", EventCodec.mapper().valueToTree(variables).toString())
                .bind("present", present)
                .bind("event", delivery.envelope().id())
                .execute();
    }

    private static void template(
            Delivery delivery,
            String id,
            @Nullable String subject,
            @Nullable String html,
            @Nullable String text,
            @Nullable Long version) {
        delivery.tx()
                .createUpdate("""
                        INSERT INTO campaigns.template_copies AS t (tenant_id, template_id, subject, html, body_text, version)
                        VALUES (:tenant, :id, :subject, :html, :text, :version)
                        ON CONFLICT (tenant_id, template_id) DO UPDATE SET subject = excluded.subject, html = excluded.html,
                          body_text = excluded.body_text, version = excluded.version
                        WHERE t.version < excluded.version""")
                .bind("tenant", delivery.tenantId())
                .bind("id", id)
                .bind("subject", subject)
                .bind("html", html)
                .bind("text", text)
                .bind("version", version == null ? 1L : version)
                .execute();
    }
}
