/** Messages: the ledger of what was asked for and what became of it. */
@NullMarked
package com.alumoutreach.pipeline.message;

import org.jspecify.annotations.NullMarked;
