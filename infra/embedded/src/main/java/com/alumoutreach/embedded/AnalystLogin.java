package com.alumoutreach.embedded;

/** An account of ClickHouse that sees one tenant. */
public record AnalystLogin(String user, String password) {
    /** Without the password. */
    @Override
    public String toString() {
        return user;
    }
}
