/** Events of the domain {@code campaign}. */
@NullMarked
package com.alumoutreach.contracts.campaign;

import org.jspecify.annotations.NullMarked;
