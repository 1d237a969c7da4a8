package com.alumoutreach.backbone.consuming;

import com.alumoutreach.contracts.Event;
import com.alumoutreach.contracts.EventEnvelope;

/** A delivery that could be read. */
record Decoded(Incoming incoming, EventEnvelope envelope, Event event) {}
