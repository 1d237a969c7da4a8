package com.alumoutreach.contacts.importing;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * How far an import is. {@code lastRow} and {@code processed} are {@code rowsRead}, {@code rejected} is {@code failed}.
 *
 * @param skipped rows that changed nothing; {@code unchanged} of them because their contact is like that already
 * @param rowsPerSecond since it began
 * @param etaSeconds until its end at this rate; null before it began and after its end
 * @param undo what was put back; null until that was asked for
 */
@Serdeable
record ImportResponse(
        UUID id,
        String status,
        String mode,
        boolean dryRun,
        String format,
        @Nullable String encoding,
        @Nullable String failure,
        long rowsRead,
        long created,
        long updated,
        long skipped,
        long unchanged,
        long failed,
        long bytesRead,
        long bytesTotal,
        @Nullable Long rowsPerSecond,
        @Nullable Long etaSeconds,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Undo undo,
        long lastRow,
        long processed,
        long rejected) {
    private static final Set<String> OVER = Set.of("completed", "failed", "cancelled", "undone");
    private static final double MILLIS = 1_000;

    /**
     * What was put back.
     *
     * @param kept contacts that were left as they are
     */
    @Serdeable
    record Undo(long deleted, long restored, long kept) {}

    static ImportResponse of(ContactImport from) {
        ContactImport.Progress at = from.progress();
        Double seconds = seconds(at);
        boolean undo = from.status().startsWith("und");
        return new ImportResponse(
                from.id(),
                from.status(),
                from.mode().wireName(),
                from.dryRun(),
                from.format().wireName(),
                from.encoding(),
                from.failure(),
                at.rowsRead(),
                at.created(),
                at.updated(),
                at.skipped(),
                at.unchanged(),
                at.failed(),
                at.bytesRead(),
                at.bytesTotal(),
                seconds == null || seconds == 0 ? null : Math.round(at.rowsRead() / seconds),
                from.status().equals("running") && seconds != null && at.bytesRead() > 0
                        ? (Long) Math.round(seconds * (at.bytesTotal() - at.bytesRead()) / at.bytesRead())
                        : null,
                at.startedAt(),
                at.finishedAt(),
                undo ? new Undo(at.undoDeleted(), at.undoRestored(), at.undoKept()) : null,
                at.rowsRead(),
                at.rowsRead(),
                at.failed());
    }

    private static @Nullable Double seconds(ContactImport.Progress at) {
        if (at.startedAt() == null) {
            return null;
        }
        Instant until = at.finishedAt() == null ? at.movedAt() : at.finishedAt();
        return Math.max(0, Duration.between(at.startedAt(), until).toMillis() / MILLIS);
    }

    boolean over() {
        return OVER.contains(status);
    }
}
