/** Events of the domain {@code operations}. */
@NullMarked
package com.alumoutreach.contracts.operations;

import org.jspecify.annotations.NullMarked;
