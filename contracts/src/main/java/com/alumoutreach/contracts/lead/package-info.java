/** Events of the domain {@code lead}. */
@NullMarked
package com.alumoutreach.contracts.lead;

import org.jspecify.annotations.NullMarked;
