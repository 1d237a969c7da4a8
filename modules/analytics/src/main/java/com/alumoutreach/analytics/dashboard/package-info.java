/** What the dashboard shows, over HTTP. */
@NullMarked
package com.alumoutreach.analytics.dashboard;

import org.jspecify.annotations.NullMarked;
