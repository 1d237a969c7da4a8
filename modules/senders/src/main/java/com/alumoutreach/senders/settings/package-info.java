/** A tenant's daily cap and time zone. */
@NullMarked
package com.alumoutreach.senders.settings;

import org.jspecify.annotations.NullMarked;
