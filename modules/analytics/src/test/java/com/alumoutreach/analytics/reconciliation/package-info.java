/** Tests of the comparison with the logs. */
@NullMarked
package com.alumoutreach.analytics.reconciliation;

import org.jspecify.annotations.NullMarked;
