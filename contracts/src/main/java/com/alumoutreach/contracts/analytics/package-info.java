/** Events of the domain {@code analytics}. */
@NullMarked
package com.alumoutreach.contracts.analytics;

import org.jspecify.annotations.NullMarked;
