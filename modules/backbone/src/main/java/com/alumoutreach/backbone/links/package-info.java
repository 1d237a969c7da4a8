/** Links in messages that work without a login, because only we can have made them. */
@NullMarked
package com.alumoutreach.backbone.links;

import org.jspecify.annotations.NullMarked;
