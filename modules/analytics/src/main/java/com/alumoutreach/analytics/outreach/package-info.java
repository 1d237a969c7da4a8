/** The event model of the dashboard. */
@NullMarked
package com.alumoutreach.analytics.outreach;

import org.jspecify.annotations.NullMarked;
