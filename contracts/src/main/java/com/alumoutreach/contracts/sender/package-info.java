/** Events of the domain {@code sender}. */
@NullMarked
package com.alumoutreach.contracts.sender;

import org.jspecify.annotations.NullMarked;
