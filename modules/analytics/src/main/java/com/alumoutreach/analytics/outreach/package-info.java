/** The event model of the dashboard: which events it has, what automations outside tell of them, and what is read of them. */
@NullMarked
package com.alumoutreach.analytics.outreach;

import org.jspecify.annotations.NullMarked;
