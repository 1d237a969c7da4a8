/** The service that sends messages, each once, and keeps the ledger of it. */
@NullMarked
package com.alumoutreach.pipeline;

import org.jspecify.annotations.NullMarked;
