/** The manners of every HTTP endpoint: who calls, problems, pages and correlation ids. */
@NullMarked
package com.alumoutreach.backbone.http;

import org.jspecify.annotations.NullMarked;
