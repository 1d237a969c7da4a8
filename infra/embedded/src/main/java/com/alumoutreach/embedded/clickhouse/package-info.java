/**
 * ClickHouse without a ClickHouse server: the engine as a shared library (chDB) in a JVM of its own, behind the part of
 * ClickHouse's HTTP interface that its Java clients, curl and browsers use.
 *
 * <p>Reading order: {@code ClickHouseEndpoint} → {@code QueryHandler} → {@code QueryRun} → {@code ChdbConnection}.
 */
@NullMarked
package com.alumoutreach.embedded.clickhouse;

import org.jspecify.annotations.NullMarked;
