/** What commands print. */
@NullMarked
package com.alumoutreach.suite.terminal;

import org.jspecify.annotations.NullMarked;
