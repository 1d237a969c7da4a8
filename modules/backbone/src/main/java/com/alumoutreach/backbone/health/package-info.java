/** Whether the service lives, can serve, and what is away. */
@NullMarked
package com.alumoutreach.backbone.health;

import org.jspecify.annotations.NullMarked;
