/** Events of the domain {@code segment}. */
@NullMarked
package com.alumoutreach.contracts.segment;

import org.jspecify.annotations.NullMarked;
