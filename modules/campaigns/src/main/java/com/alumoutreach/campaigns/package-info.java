/** The service that sends a template to a segment. */
@NullMarked
package com.alumoutreach.campaigns;

import org.jspecify.annotations.NullMarked;
