package com.alumoutreach.suite.chaos;

/**
 * What became of the load.
 *
 * @param accepted requests that were answered with 2xx
 * @param effects memberships that followed from them
 * @param lost accepted, but without contact, event, membership or row in ClickHouse
 * @param doubled second events of one creation, second memberships, second rows in ClickHouse
 */
record Tally(long accepted, long effects, long lost, long doubled) {
    boolean clean() {
        return lost == 0 && doubled == 0;
    }
}
