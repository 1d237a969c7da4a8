/** Events of the domain {@code outreach}. */
@NullMarked
package com.alumoutreach.contracts.outreach;

import org.jspecify.annotations.NullMarked;
