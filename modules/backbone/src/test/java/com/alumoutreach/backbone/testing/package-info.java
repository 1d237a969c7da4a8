/** A whole service against real servers, for the tests of every module. */
@NullMarked
package com.alumoutreach.backbone.testing;

import org.jspecify.annotations.NullMarked;
