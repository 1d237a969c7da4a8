/** The dashboard's figures at a moment: by ClickHouse, by replay in memory, and by Postgres. */
@NullMarked
package com.alumoutreach.analytics.kpi;

import org.jspecify.annotations.NullMarked;
