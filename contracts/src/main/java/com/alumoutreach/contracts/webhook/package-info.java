/** Events of the domain {@code webhook}. */
@NullMarked
package com.alumoutreach.contracts.webhook;

import org.jspecify.annotations.NullMarked;
