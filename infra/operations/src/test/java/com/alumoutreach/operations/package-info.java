/** Whether the files for operators are right: checked by the programs that read them, and against services that run. */
@NullMarked
package com.alumoutreach.operations;

import org.jspecify.annotations.NullMarked;
