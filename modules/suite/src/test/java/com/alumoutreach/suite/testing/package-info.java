/** The suite as a process, for tests that start, use, kill and restart it. */
@NullMarked
package com.alumoutreach.suite.testing;

import org.jspecify.annotations.NullMarked;
