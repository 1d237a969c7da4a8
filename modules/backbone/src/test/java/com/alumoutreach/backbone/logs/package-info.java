/** Tests of reading logs from outside. */
@NullMarked
package com.alumoutreach.backbone.logs;

import org.jspecify.annotations.NullMarked;
