package com.alumoutreach.backbone.eventlog;

import com.alumoutreach.backbone.jetstream.EventStream;
import java.util.UUID;

/**
 * Where an event came to lie.
 *
 * @param seq its position in the log
 * @param position in the stream
 */
record RelayMark(EventStream stream, long seq, long position, UUID eventId) {}
