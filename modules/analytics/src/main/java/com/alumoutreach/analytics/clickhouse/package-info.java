/** The way to ClickHouse: its address, one client, the {@code events} table and whether the server answers. */
@NullMarked
package com.alumoutreach.analytics.clickhouse;

import org.jspecify.annotations.NullMarked;
