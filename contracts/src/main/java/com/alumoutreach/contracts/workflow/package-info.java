/** Events of the domain {@code workflow}. */
@NullMarked
package com.alumoutreach.contracts.workflow;

import org.jspecify.annotations.NullMarked;
