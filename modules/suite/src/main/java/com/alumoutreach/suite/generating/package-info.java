/** Takes generated histories to a running suite. */
@NullMarked
package com.alumoutreach.suite.generating;

import org.jspecify.annotations.NullMarked;
