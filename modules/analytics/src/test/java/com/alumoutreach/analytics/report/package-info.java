/** Reports, against figures worked out by hand. */
@NullMarked
package com.alumoutreach.analytics.report;

import org.jspecify.annotations.NullMarked;
