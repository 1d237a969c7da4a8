/** Events of the domain {@code sequence}. */
@NullMarked
package com.alumoutreach.contracts.sequence;

import org.jspecify.annotations.NullMarked;
