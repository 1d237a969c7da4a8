package com.alumoutreach.senders.settings;

import com.alumoutreach.backbone.database.Database;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.backbone.http.Caller;
import com.alumoutreach.backbone.http.IfMatch;
import com.alumoutreach.backbone.http.ProblemException;
import com.alumoutreach.contracts.sender.SenderSettingsUpdated;
import com.alumoutreach.contracts.sender.SendingTimeZones;
import com.alumoutreach.senders.SendersModule;
import com.alumoutreach.senders.settings.SettingsController.SendingSettingsRequest;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Keeps a tenant's settings; a change is an event with all of them. */
@Singleton
class SettingsService {
    private final Database database;
    private final EventLog log;

    SettingsService(Database database, @Named(SendersModule.NAME) EventLog log) {
        this.database = database;
        this.log = log;
    }

    SendingSettings get(Caller caller) {
        return database.inTransaction(
                caller.tenantId(), tx -> find(tx, caller, "").orElse(SendingSettings.DEFAULT));
    }

    /** What is as it was stays the same version, and nothing is published. */
    SendingSettings update(Caller caller, IfMatch expected, SendingSettingsRequest request) {
        if (!SendingTimeZones.isKnown(request.timeZone())) {
            throw ProblemException.badRequest(
                    "INVALID_TIME_ZONE", "timeZone must be a region's time zone, such as Europe/Berlin, or UTC");
        }
        return database.inTransaction(caller.tenantId(), tx -> {
            SendingSettings before = locked(tx, caller);
            expected.check(before.version());
            boolean same = before.timeZone().equals(request.timeZone())
                    && Objects.equals(before.dailySendCap(), request.dailySendCap());
            return same ? before : store(tx, caller, request, before.version() + 1);
        });
    }

    /** A row to lock has to be there, so that of two first writers one waits for the other. */
    private static SendingSettings locked(Handle tx, Caller caller) {
        tx.createUpdate(
                        "INSERT INTO senders.sending_settings (tenant_id) VALUES (:tenant) ON CONFLICT (tenant_id) DO NOTHING")
                .bind("tenant", caller.tenantId())
                .execute();
        return find(tx, caller, " FOR UPDATE").orElseThrow();
    }

    private SendingSettings store(Handle tx, Caller caller, SendingSettingsRequest request, long version) {
        tx.createUpdate("UPDATE senders.sending_settings SET time_zone = :zone, daily_send_cap = :cap,"
                        + " version = :version, updated_at = now() WHERE tenant_id = :tenant")
                .bind("tenant", caller.tenantId())
                .bind("zone", request.timeZone())
                .bind("cap", request.dailySendCap())
                .bind("version", version)
                .execute();
        log.append(tx, caller.context(), new SenderSettingsUpdated(request.timeZone(), request.dailySendCap()));
        return new SendingSettings(request.dailySendCap(), request.timeZone(), version);
    }

    private static Optional<SendingSettings> find(Handle tx, Caller caller, String lock) {
        return tx.createQuery("SELECT daily_send_cap, time_zone, version FROM senders.sending_settings"
                        + " WHERE tenant_id = :tenant" + lock)
                .bind("tenant", caller.tenantId())
                .map((row, context) -> read(row))
                .findFirst();
    }

    private static SendingSettings read(ResultSet row) throws SQLException {
        return new SendingSettings(
                row.getObject("daily_send_cap", Long.class), row.getString("time_zone"), row.getLong("version"));
    }
}
