package com.alumoutreach.backbone.logs;

import java.time.Instant;

/**
 * What a log holds of a tenant and an hour.
 *
 * @param hour its beginning, in UTC
 * @param events how many happened in it
 * @param checksum over their ids, whatever their order: the sum, modulo 2^64, of the first 8 bytes of each id's MD5 (of its text in
 *     lower case), read as a big-endian number. In ClickHouse: {@code sum(halfMD5(toString(id)))}
 */
public record HourSummary(String service, String tenantId, Instant hour, long events, long checksum) {}
