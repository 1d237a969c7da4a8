package com.alumoutreach.backbone.http;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * One page of a list that is read by cursor: the id of the last item, opaque to callers. New rows never shift a page.
 *
 * @param nextCursor to be given as {@code ?cursor=} for the next page; null on the last one
 */
@Serdeable
public record Page<T>(List<T> items, @Nullable String nextCursor) {
    public static final int DEFAULT_LIMIT = 50;

    /** Keeps one answer below about a megabyte. */
    public static final int MAX_LIMIT = 500;

    /** Builds a page from up to {@code limit + 1} rows: the extra row only tells that there are more. */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, UUID> id) {
        if (rows.size() <= limit) {
            return new Page<>(rows, null);
        }
        List<T> items = List.copyOf(rows.subList(0, limit));
        return new Page<>(items, id.apply(items.getLast()).toString());
    }

    /** @throws ProblemException INVALID_LIMIT unless 1 to {@link #MAX_LIMIT} */
    public static int limit(@Nullable Integer asked) {
        if (asked == null) {
            return DEFAULT_LIMIT;
        }
        if (asked < 1 || asked > MAX_LIMIT) {
            throw ProblemException.badRequest("INVALID_LIMIT", "limit must be 1 to " + MAX_LIMIT);
        }
        return asked;
    }

    /** The row to go on after; the lowest id of all without a cursor. */
    public static UUID cursor(@Nullable String cursor) {
        if (cursor == null) {
            return new UUID(0, 0);
        }
        try {
            return UUID.fromString(cursor);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("INVALID_CURSOR", "cursor is not one that this API gave out");
        }
    }
}
