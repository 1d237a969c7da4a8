/** The API description of every module on this classpath, with one bundled UI. */
@NullMarked
package com.alumoutreach.backbone.openapi;

import org.jspecify.annotations.NullMarked;
