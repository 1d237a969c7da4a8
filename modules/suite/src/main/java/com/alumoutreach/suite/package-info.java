/** All services in one JVM, the servers they need beside it, and the {@code alum} command line. */
@NullMarked
package com.alumoutreach.suite;

import org.jspecify.annotations.NullMarked;
