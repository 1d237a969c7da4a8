/** Events of the domain {@code contact}. */
@NullMarked
package com.alumoutreach.contracts.contact;

import org.jspecify.annotations.NullMarked;
