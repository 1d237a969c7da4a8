/** From the ledger to the mail server. */
@NullMarked
package com.alumoutreach.pipeline.sending;

import org.jspecify.annotations.NullMarked;
