/** Campaigns and their course. */
@NullMarked
package com.alumoutreach.campaigns.campaign;

import org.jspecify.annotations.NullMarked;
