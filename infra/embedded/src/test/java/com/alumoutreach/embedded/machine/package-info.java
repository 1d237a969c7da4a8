/** The cache of server binaries. */
@NullMarked
package com.alumoutreach.embedded.machine;

import org.jspecify.annotations.NullMarked;
