/** Rules over contacts: how they are read, what they mean, and the two ways to evaluate them, in Java and in SQL. */
@NullMarked
package com.alumoutreach.segments.rule;

import org.jspecify.annotations.NullMarked;
