/** Other outboxes with the same servers and the same work, each as its own documents recommend. */
@NullMarked
package com.alumoutreach.peers;

import org.jspecify.annotations.NullMarked;
