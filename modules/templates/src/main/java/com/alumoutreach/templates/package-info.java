/** The service that owns templates. */
@NullMarked
package com.alumoutreach.templates;

import org.jspecify.annotations.NullMarked;
