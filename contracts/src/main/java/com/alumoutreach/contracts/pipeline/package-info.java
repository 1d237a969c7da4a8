/** Events of the domain {@code pipeline}. */
@NullMarked
package com.alumoutreach.contracts.pipeline;

import org.jspecify.annotations.NullMarked;
