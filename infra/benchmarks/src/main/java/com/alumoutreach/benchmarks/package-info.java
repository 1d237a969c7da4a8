/** How fast the backbone is, beside what it stands on and beside others; the figures are in {@code docs/benchmarks.md}. */
@NullMarked
package com.alumoutreach.benchmarks;

import org.jspecify.annotations.NullMarked;
