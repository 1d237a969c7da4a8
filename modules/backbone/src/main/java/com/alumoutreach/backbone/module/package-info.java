/** What a service says about itself: its name, its schema and where its migrations lie. */
@NullMarked
package com.alumoutreach.backbone.module;

import org.jspecify.annotations.NullMarked;
