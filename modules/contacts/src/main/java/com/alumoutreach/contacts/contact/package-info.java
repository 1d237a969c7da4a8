/** Contacts and their tags. */
@NullMarked
package com.alumoutreach.contacts.contact;

import org.jspecify.annotations.NullMarked;
