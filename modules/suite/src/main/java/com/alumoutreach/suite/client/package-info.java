/** The suite as seen from outside: its HTTP API, its databases, its tokens. */
@NullMarked
package com.alumoutreach.suite.client;

import org.jspecify.annotations.NullMarked;
