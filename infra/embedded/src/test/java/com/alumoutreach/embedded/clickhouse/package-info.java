/** The embedded ClickHouse as its clients see it: always a process of its own, asked over HTTP. */
@NullMarked
package com.alumoutreach.embedded.clickhouse;

import org.jspecify.annotations.NullMarked;
