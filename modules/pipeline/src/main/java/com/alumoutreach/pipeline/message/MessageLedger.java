package com.alumoutreach.pipeline.message;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.pipeline.PipelineModule;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The sending ledger. A message is marked as being transmitted, and that is committed, before a byte of it goes out; its
 * outcome and the event of it are one transaction. A process that dies in between leaves the mark: such a message may or may
 * not have gone out, so it fails as {@code DELIVERY_UNKNOWN} instead of being sent a second time.
 */
@Singleton
public class MessageLedger {
    private static final TypeReference<Map<String, Object>> VARIABLES = new TypeReference<>() {};

    /** {@code sourceType} of double opt-in mails. */
    private static final String ASKS_FOR_CONSENT = "consent";

    /** Longer than the timeouts of one transmission together. */
    private static final Duration LEASE = Duration.ofMinutes(3);

    private final Database database;
    private final EventLog log;

    MessageLedger(Database database, @Named(PipelineModule.NAME) EventLog log) {
        this.database = database;
        this.log = log;
    }

    /** The next message that is due, marked as being transmitted; no other sender gets it. */
    public Optional<Message> take() {
        return database.inSystemTransaction(tx -> tx.createQuery("""
                        UPDATE pipeline.messages SET status = 'transmitting', attempts = attempts + 1,
                          lease_until = now() + make_interval(secs => :lease)
                        WHERE (tenant_id, message_id) = (
                          SELECT tenant_id, message_id FROM pipeline.messages
                          WHERE status = 'queued' AND next_attempt_at <= now()
                          ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING *""")
                .bind("lease", LEASE.toSeconds())
                .map((row, context) -> read(row))
                .findFirst());
    }

    /** Whether the contact wants no messages over this channel. Who is asked for consent is asked in any case. */
    public boolean revoked(Message message) {
        return !ASKS_FOR_CONSENT.equals(message.sourceType())
                && database.inTransaction(
                        message.tenantId(),
                        tx -> tx.createQuery("SELECT EXISTS (SELECT FROM pipeline.consents WHERE tenant_id = :tenant"
                                        + " AND contact_id = :contact AND channel = :channel AND revoked)")
                                .bind("tenant", message.tenantId())
                                .bind("contact", message.contactId())
                                .bind("channel", message.channel())
                                .mapTo(Boolean.class)
                                .one());
    }

    public void sent(Message message, String externalId) {
        database.useTransaction(message.tenantId(), tx -> {
            boolean ours = tx.createUpdate("UPDATE pipeline.messages SET status = 'sent', external_id = :external,"
                                    + " lease_until = NULL WHERE tenant_id = :tenant AND message_id = :id"
                                    + " AND status = 'transmitting'")
                            .bind("external", externalId)
                            .bind("tenant", message.tenantId())
                            .bind("id", message.messageId())
                            .execute()
                    == 1;
            if (ours) {
                log.append(tx, message.context(), message.sent(externalId));
            }
        });
    }

    /** It will not be sent. */
    public void failed(Message message, String code, String reason) {
        database.useTransaction(message.tenantId(), tx -> fail(tx, message, code, reason));
    }

    /** The server refused it for now, so no copy of it is out: back to the queue. */
    public void postponed(Message message, Duration delay) {
        database.useTransaction(
                message.tenantId(),
                tx -> tx.createUpdate("UPDATE pipeline.messages SET status = 'queued', lease_until = NULL,"
                                + " next_attempt_at = now() + make_interval(secs => :delay)"
                                + " WHERE tenant_id = :tenant AND message_id = :id AND status = 'transmitting'")
                        .bind("delay", delay.toSeconds())
                        .bind("tenant", message.tenantId())
                        .bind("id", message.messageId())
                        .execute());
    }

    /** Gives up messages whose sender died while it transmitted. */
    public void failInDoubt() {
        database.inSystemTransaction(tx -> {
            List<Message> inDoubt = tx.createQuery("SELECT * FROM pipeline.messages"
                            + " WHERE status = 'transmitting' AND lease_until < now() LIMIT 100 FOR UPDATE SKIP LOCKED")
                    .map((row, context) -> read(row))
                    .list();
            inDoubt.forEach(message -> fail(
                    tx,
                    message,
                    "DELIVERY_UNKNOWN",
                    "The sender died while it transmitted; it may have been delivered"));
            return true;
        });
    }

    private void fail(Handle tx, Message message, String code, String reason) {
        boolean ours =
                tx.createUpdate("UPDATE pipeline.messages SET status = 'failed', error_code = :code, error = :reason,"
                                        + " lease_until = NULL WHERE tenant_id = :tenant AND message_id = :id"
                                        + " AND status = 'transmitting'")
                                .bind("code", code)
                                .bind("reason", reason)
                                .bind("tenant", message.tenantId())
                                .bind("id", message.messageId())
                                .execute()
                        == 1;
        if (ours) {
            log.append(tx, message.context(), message.failed(code, reason));
        }
    }

    private static Message read(ResultSet row) throws SQLException {
        try {
            return new Message(
                    row.getString("tenant_id"),
                    row.getString("message_id"),
                    row.getString("channel"),
                    row.getString("contact_id"),
                    row.getString("recipient"),
                    row.getString("subject"),
                    row.getString("html"),
                    row.getString("body_text"),
                    EventCodec.mapper().readValue(row.getString("variables"), VARIABLES),
                    row.getString("source_type"),
                    row.getString("source_id"),
                    row.getString("template_id"),
                    row.getInt("attempts"),
                    row.getString("correlation_id"),
                    row.getObject("causation_id", UUID.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("variables in the database are not JSON", e);
        }
    }
}
