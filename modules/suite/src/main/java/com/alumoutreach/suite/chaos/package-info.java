/** Kills and stops whatever runs, under load, and counts what was lost and what was doubled. */
@NullMarked
package com.alumoutreach.suite.chaos;

import org.jspecify.annotations.NullMarked;
