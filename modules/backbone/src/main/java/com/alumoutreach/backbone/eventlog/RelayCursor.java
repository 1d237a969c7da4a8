package com.alumoutreach.backbone.eventlog;

import org.jdbi.v3.core.Handle;

/** The position up to which a schema's log has been published. */
final class RelayCursor {
    private final String schema;

    RelayCursor(String schema) {
        this.schema = schema;
    }

    long load(Handle connection) {
        return connection
                .createQuery("SELECT seq FROM " + schema + ".relay_cursor")
                .mapTo(Long.class)
                .one();
    }

    void move(Handle connection, long to) {
        connection
                .createUpdate("UPDATE " + schema + ".relay_cursor SET seq = :seq, moved_at = now()")
                .bind("seq", to)
                .execute();
    }
}
