/** The service that owns how tenants send. */
@NullMarked
package com.alumoutreach.senders;

import org.jspecify.annotations.NullMarked;
