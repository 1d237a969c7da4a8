package com.alumoutreach.contracts.work;

import com.alumoutreach.contracts.Event;

/** Asks for something to be done; has one taker. */
public sealed interface Command extends Event permits SendMessage {}
