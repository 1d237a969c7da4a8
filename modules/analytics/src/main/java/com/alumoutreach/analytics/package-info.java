/** The analytics service: archives every event in ClickHouse and answers questions by queries over that archive. */
@NullMarked
package com.alumoutreach.analytics;

import org.jspecify.annotations.NullMarked;
