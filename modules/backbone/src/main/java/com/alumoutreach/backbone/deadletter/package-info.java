/** What was given up on: stored with its error, listed, redelivered or discarded. */
@NullMarked
package com.alumoutreach.backbone.deadletter;

import org.jspecify.annotations.NullMarked;
