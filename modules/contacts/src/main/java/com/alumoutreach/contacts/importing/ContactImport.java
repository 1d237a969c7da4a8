package com.alumoutreach.contacts.importing;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.contracts.Actor;
import com.alumoutreach.contracts.ActorType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that was taken in to be imported.
 *
 * @param encoding null until it is uploaded
 * @param header the names of its columns, once it was opened
 */
record ContactImport(
        UUID id,
        String tenantId,
        String status,
        @Nullable String source,
        @Nullable String tag,
        ColumnMapping mapping,
        ImportMode mode,
        boolean dryRun,
        ImportFormat format,
        @Nullable String encoding,
        @Nullable List<String> header,
        @Nullable String failure,
        String correlationId,
        String userId,
        Progress progress) {

    /**
     * How far it is.
     *
     * @param skipped rows that changed nothing; {@code unchanged} of them because their contact is like that already
     * @param movedAt when it had its last turn
     */
    record Progress(
            long rowsRead,
            long created,
            long updated,
            long unchanged,
            long skipped,
            long failed,
            long bytesRead,
            long bytesTotal,
            @Nullable Instant startedAt,
            Instant movedAt,
            @Nullable Instant finishedAt,
            long undoDeleted,
            long undoRestored,
            long undoKept) {
        static Progress none(Instant now) {
            return new Progress(0, 0, 0, 0, 0, 0, 0, 0, null, now, null, 0, 0, 0);
        }
    }

    /** What a chunk adds to it. */
    record Counts(long created, long updated, long unchanged, long skipped, long failed) {}

    EventContext context() {
        return new EventContext(tenantId, correlationId, null, new Actor(userId, ActorType.USER));
    }

    ContactImport withStatus(String now) {
        return new ContactImport(
                id,
                tenantId,
                now,
                source,
                tag,
                mapping,
                mode,
                dryRun,
                format,
                encoding,
                header,
                failure,
                correlationId,
                userId,
                progress);
    }
}
