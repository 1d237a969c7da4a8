/** The servers started, stopped, killed and found again; and what is said when they cannot be had. */
@NullMarked
package com.alumoutreach.embedded;

import org.jspecify.annotations.NullMarked;
