/** Durable consumers: from a delivery to its effects, exactly once. */
@NullMarked
package com.alumoutreach.backbone.consuming;

import org.jspecify.annotations.NullMarked;
