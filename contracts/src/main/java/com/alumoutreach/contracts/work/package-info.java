/** Commands of the domain {@code work}. */
@NullMarked
package com.alumoutreach.contracts.work;

import org.jspecify.annotations.NullMarked;
