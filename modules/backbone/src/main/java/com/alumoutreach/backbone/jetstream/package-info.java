/** The connection to NATS, the streams and durables, and publishing to them. */
@NullMarked
package com.alumoutreach.backbone.jetstream;

import org.jspecify.annotations.NullMarked;
