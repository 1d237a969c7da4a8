/** Histories of outreach that never happened, for tests, benchmarks and demonstrations: the same in every run. */
@NullMarked
package com.alumoutreach.analytics.generating;

import org.jspecify.annotations.NullMarked;
