/** Transactions bound to a tenant, and the migrations of every schema. */
@NullMarked
package com.alumoutreach.backbone.database;

import org.jspecify.annotations.NullMarked;
