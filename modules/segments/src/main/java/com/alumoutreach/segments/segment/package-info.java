/** Segments and their rules. */
@NullMarked
package com.alumoutreach.segments.segment;

import org.jspecify.annotations.NullMarked;
