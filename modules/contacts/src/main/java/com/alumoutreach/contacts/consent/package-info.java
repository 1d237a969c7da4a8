/** What contacts agreed to, by channel and topic, and the links by which they change it themselves. */
@NullMarked
package com.alumoutreach.contacts.consent;

import org.jspecify.annotations.NullMarked;
