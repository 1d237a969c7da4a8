/** Who is in a segment: kept right event by event, and by evaluation of all. */
@NullMarked
package com.alumoutreach.segments.membership;

import org.jspecify.annotations.NullMarked;
