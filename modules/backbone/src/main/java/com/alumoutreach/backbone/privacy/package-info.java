/** Erasing a person: from tables, from the log's payloads, and from the streams. */
@NullMarked
package com.alumoutreach.backbone.privacy;

import org.jspecify.annotations.NullMarked;
