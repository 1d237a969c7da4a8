/** Proof that the figures are what a replay of the raw events gives. */
@NullMarked
package com.alumoutreach.analytics.validation;

import org.jspecify.annotations.NullMarked;
