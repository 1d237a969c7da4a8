/** Events of the domain {@code inbox}. */
@NullMarked
package com.alumoutreach.contracts.inbox;

import org.jspecify.annotations.NullMarked;
