/** Starting and stopping the suite: its folder, its lock, its servers, its one HTTP port. */
@NullMarked
package com.alumoutreach.suite.running;

import org.jspecify.annotations.NullMarked;
