/** Figures for operators that are looked up now and then: what NATS knows of streams and durables. */
@NullMarked
package com.alumoutreach.backbone.monitoring;

import org.jspecify.annotations.NullMarked;
