package com.alumoutreach.analytics.clickhouse;

/** ClickHouse cannot be reached or did not answer; try again later. */
public class ClickHouseAwayException extends RuntimeException {
    ClickHouseAwayException(String message) {
        super(message);
    }

    ClickHouseAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
