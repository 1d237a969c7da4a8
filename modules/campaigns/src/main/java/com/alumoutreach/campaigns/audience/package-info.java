/** Who gets a campaign, from this service's own copies of members and templates. */
@NullMarked
package com.alumoutreach.campaigns.audience;

import org.jspecify.annotations.NullMarked;
