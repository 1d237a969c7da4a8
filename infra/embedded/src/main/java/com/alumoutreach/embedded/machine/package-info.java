/** What the machine gives: its programs, its files, and a cache of downloaded server binaries. */
@NullMarked
package com.alumoutreach.embedded.machine;

import org.jspecify.annotations.NullMarked;
