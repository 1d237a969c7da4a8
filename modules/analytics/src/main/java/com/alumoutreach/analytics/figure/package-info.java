/** Figures for people: each is a query over the archived events, none is stored. */
@NullMarked
package com.alumoutreach.analytics.figure;

import org.jspecify.annotations.NullMarked;
