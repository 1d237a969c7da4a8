package com.alumoutreach.embedded.clickhouse;

/** What a query read, wrote and returned, for the header {@code X-ClickHouse-Summary}. */
record QueryStatistics(
        long readRows, long readBytes, long writtenRows, long writtenBytes, long resultRows, long resultBytes) {
    static final QueryStatistics NONE = new QueryStatistics(0, 0, 0, 0, 0, 0);

    QueryStatistics plus(QueryStatistics other) {
        return new QueryStatistics(
                readRows + other.readRows,
                readBytes + other.readBytes,
                writtenRows + other.writtenRows,
                writtenBytes + other.writtenBytes,
                resultRows + other.resultRows,
                resultBytes + other.resultBytes);
    }

    /** ClickHouse writes the numbers as JSON strings, because they may pass 2^53. */
    String toJson(long elapsedNanos) {
        return ("{\"read_rows\":\"%d\",\"read_bytes\":\"%d\",\"written_rows\":\"%d\",\"written_bytes\":\"%d\","
                        + "\"total_rows_to_read\":\"%d\",\"result_rows\":\"%d\",\"result_bytes\":\"%d\",\"elapsed_ns\":\"%d\"}")
                .formatted(
                        readRows,
                        readBytes,
                        writtenRows,
                        writtenBytes,
                        readRows,
                        resultRows,
                        resultBytes,
                        elapsedNanos);
    }
}
