package com.alumoutreach.analytics.figure;

import io.micronaut.serde.annotation.Serdeable;
import java.time.LocalDate;

/** @param date today in {@code timeZone} */
@Serdeable
record MessagesSentToday(LocalDate date, String timeZone, long messagesSent) {}
