package com.alumoutreach.contracts.operations;

import com.alumoutreach.contracts.Event;

/** Everything that happens in the domain {@code operations}. */
public sealed interface OperationsEvent extends Event permits DeadLetterRedelivered, DeadLetterDiscarded {}
