package com.alumoutreach.backbone.eventlog;

import org.jdbi.v3.core.Handle;

/** How far a schema's log has been published. */
final class RelayCursor {
    private final String schema;

    RelayCursor(String schema) {
        this.schema = schema;
    }

    /** @param txId a Postgres {@code xid8} as text: it does not fit a signed long for ever */
    record Position(String txId, long seq) {}

    Position load(Handle connection) {
        return connection
                .createQuery("SELECT tx_id::text, seq FROM " + schema + ".relay_cursor")
                .map((row, context) -> new Position(row.getString(1), row.getLong(2)))
                .one();
    }

    void move(Handle connection, Position to) {
        connection
                .createUpdate("UPDATE " + schema + ".relay_cursor SET tx_id = :tx::xid8, seq = :seq, moved_at = now()")
                .bind("tx", to.txId())
                .bind("seq", to.seq())
                .execute();
    }
}
