/** Real Postgres, NATS and ClickHouse without Docker and without root, each a process of its own. */
@NullMarked
package com.alumoutreach.embedded;

import org.jspecify.annotations.NullMarked;
