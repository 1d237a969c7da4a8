/** The demo: five hundred contacts, one segment, one campaign, and figures that must agree. */
@NullMarked
package com.alumoutreach.suite.demo;

import org.jspecify.annotations.NullMarked;
