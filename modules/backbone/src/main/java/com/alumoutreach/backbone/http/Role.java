package com.alumoutreach.backbone.http;

/** What a caller may do; {@code @Secured} names them in lower case. */
public enum Role {
    ADMIN,
    OPERATOR,
    ANALYST;

    /** For {@code @Secured}: may change things. */
    public static final String ADMIN_NAME = "admin";

    public static final String OPERATOR_NAME = "operator";
    public static final String ANALYST_NAME = "analyst";

    public String wireName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
