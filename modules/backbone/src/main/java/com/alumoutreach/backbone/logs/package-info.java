/** Reading the services' event logs from outside of them: who asks, asks over NATS, and each service answers for its own. */
@NullMarked
package com.alumoutreach.backbone.logs;

import org.jspecify.annotations.NullMarked;
