/** A mail server for trying things out: takes every mail and delivers none. */
@NullMarked
package com.alumoutreach.suite.mail;

import org.jspecify.annotations.NullMarked;
