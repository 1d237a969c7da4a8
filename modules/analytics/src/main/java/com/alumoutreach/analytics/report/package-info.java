/** Reports for people: each is a query over the archived events, none is stored, and each says how fresh it is. */
@NullMarked
package com.alumoutreach.analytics.report;

import org.jspecify.annotations.NullMarked;
