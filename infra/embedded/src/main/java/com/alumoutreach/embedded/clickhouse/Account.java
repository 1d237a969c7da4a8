package com.alumoutreach.embedded.clickhouse;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param tenant an analyst's, who sees this tenant's rows and changes nothing; null for who may do everything
 * @param limits settings of the engine that bound each of an analyst's queries
 */
record Account(String name, @Nullable String tenant, Map<String, String> limits) {}
