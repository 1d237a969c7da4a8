/** The event envelope, the catalogue of events, and their encoding: everything that two services have to agree on. */
@NullMarked
package com.alumoutreach.contracts;

import org.jspecify.annotations.NullMarked;
