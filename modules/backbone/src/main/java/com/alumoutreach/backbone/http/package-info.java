/** The manners of every HTTP endpoint: who calls, problems, pages, versions, retries and limits. */
@NullMarked
package com.alumoutreach.backbone.http;

import org.jspecify.annotations.NullMarked;
