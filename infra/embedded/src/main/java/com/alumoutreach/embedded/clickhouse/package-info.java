/**
 * ClickHouse without a ClickHouse server: the engine as a shared library (chDB) in a JVM of its own, behind the part of
 * ClickHouse's HTTP interface that its Java clients, curl and browsers use.
 *
 * <p>Reading order: {@code ClickHouseEndpoint} → {@code QueryHandler} → {@code QueryRun} → {@code ChdbConnection}.
 *
 * <p>Not supported: sessions ({@code session_id} is accepted, but each request has a session of its own, so no temporary
 * tables), ZSTD, {@code input()}, several statements at once, files and other servers ({@code EngineWalls}), users with
 * other rights than all or an analyst's ({@code AnalystWalls}). A query goes on when its client has left, until {@code max_execution_time}. Text formats with
 * names and the formats of one document (JSON, JSONCompact, …) are held in the engine's memory whole; the row formats are
 * streamed. Fit for development, tests and small installations on one machine.
 */
@NullMarked
package com.alumoutreach.embedded.clickhouse;

import org.jspecify.annotations.NullMarked;
