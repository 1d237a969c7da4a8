/** The service that sorts contacts into segments. */
@NullMarked
package com.alumoutreach.segments;

import org.jspecify.annotations.NullMarked;
