/** Contacts from CSV files, row by row, finished whatever dies on the way. */
@NullMarked
package com.alumoutreach.contacts.importing;

import org.jspecify.annotations.NullMarked;
