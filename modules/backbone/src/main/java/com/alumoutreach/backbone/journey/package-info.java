/** Where an event has been: from the request that set it off to the last durable that handled it. */
@NullMarked
package com.alumoutreach.backbone.journey;

import org.jspecify.annotations.NullMarked;
