/** One event on its way through the house, station by station. */
@NullMarked
package com.alumoutreach.suite.walk;

import org.jspecify.annotations.NullMarked;
