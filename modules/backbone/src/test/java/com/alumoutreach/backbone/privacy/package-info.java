@NullMarked
package com.alumoutreach.backbone.privacy;

import org.jspecify.annotations.NullMarked;
