/** The service that owns contacts. */
@NullMarked
package com.alumoutreach.contacts;

import org.jspecify.annotations.NullMarked;
