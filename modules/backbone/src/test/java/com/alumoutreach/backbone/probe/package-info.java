/** A small service that uses everything the backbone has; the backbone's own tests run it. */
@NullMarked
package com.alumoutreach.backbone.probe;

import org.jspecify.annotations.NullMarked;
