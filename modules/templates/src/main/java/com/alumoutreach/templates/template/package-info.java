/** Templates and their contents. */
@NullMarked
package com.alumoutreach.templates.template;

import org.jspecify.annotations.NullMarked;
