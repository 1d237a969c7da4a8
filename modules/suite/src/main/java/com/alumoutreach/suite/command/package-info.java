/** The {@code alum} command line: one class a command; what a command does stands in the other packages. */
@NullMarked
package com.alumoutreach.suite.command;

import org.jspecify.annotations.NullMarked;
