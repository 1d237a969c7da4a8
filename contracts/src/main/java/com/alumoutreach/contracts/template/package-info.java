/** Events of the domain {@code template}. */
@NullMarked
package com.alumoutreach.contracts.template;

import org.jspecify.annotations.NullMarked;
