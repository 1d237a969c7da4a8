package com.alumoutreach.embedded.clickhouse;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The URL parameters and headers of one request, by ClickHouse's names for them. */
final class QueryRequest {
    // Parameters of the interface itself; all others are settings of the query.
    private static final Set<String> RESERVED = Set.of(
            "query",
            "database",
            "user",
            "password",
            "query_id",
            "session_id",
            "session_timeout",
            "session_check",
            "compress",
            "decompress",
            "default_format",
            "buffer_size",
            "wait_end_of_query",
            "quota_key",
            "stacktrace",
            "role",
            "client_protocol_version",
            "close_session",
            "http_write_exception_in_output_format",
            "add_http_cors_header");
    private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");
    private static final String PARAMETER = "param_";

    private final Headers headers;
    private final Map<String, String> url = new LinkedHashMap<>();
    private final boolean readOnlyMethod;
    private final String queryId;

    QueryRequest(HttpExchange exchange) {
        headers = exchange.getRequestHeaders();
        readOnlyMethod = !exchange.getRequestMethod().equals("POST");
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!name.isEmpty()) {
                url.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        String asked = first("query_id", "X-ClickHouse-Query-Id", "");
        queryId = asked.isEmpty() ? UUID.randomUUID().toString() : asked;
    }

    String queryId() {
        return queryId;
    }

    String query() {
        return url.getOrDefault("query", "");
    }

    String database() {
        return first("database", "X-ClickHouse-Database", "");
    }

    String defaultFormat() {
        String header = headers.getFirst("X-ClickHouse-Format");
        return header != null ? header : url.getOrDefault("default_format", "TabSeparated");
    }

    /** ClickHouse lets GET and HEAD read only, whatever the user may do. */
    boolean isReadOnly() {
        return readOnlyMethod;
    }

    boolean wantsNativeCompression() {
        return isOn("compress");
    }

    boolean sendsNativeCompression() {
        return isOn("decompress");
    }

    String contentEncoding() {
        String encoding = headers.getFirst("Content-Encoding");
        return encoding == null ? "" : encoding.strip();
    }

    String acceptEncoding() {
        String encodings = headers.getFirst("Accept-Encoding");
        return encodings == null || !isOn("enable_http_compression") ? "" : encodings;
    }

    String user() {
        String[] basic = basicCredentials();
        return basic != null ? basic[0] : first("user", "X-ClickHouse-User", "default");
    }

    String password() {
        String[] basic = basicCredentials();
        return basic != null ? basic[1] : first("password", "X-ClickHouse-Key", "");
    }

    /** Values for {@code {name:Type}} in the statement. */
    Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        url.forEach((name, value) -> {
            if (name.startsWith(PARAMETER)) {
                parameters.put(name.substring(PARAMETER.length()), value);
            }
        });
        return parameters;
    }

    /** Settings for this query only. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        url.forEach((name, value) -> {
            if (!RESERVED.contains(name) && !name.startsWith(PARAMETER)) {
                if (!SETTING.matcher(name).matches()) {
                    throw ClickHouseException.of(115, "UNKNOWN_SETTING", "Unknown setting '" + name + "'");
                }
                settings.put(name, value);
            }
        });
        return settings;
    }

    private boolean isOn(String parameter) {
        String value = url.getOrDefault(parameter, "0");
        return value.equals("1") || value.equalsIgnoreCase("true");
    }

    private String first(String parameter, String header, String otherwise) {
        String value = headers.getFirst(header);
        return url.getOrDefault(parameter, value == null ? otherwise : value);
    }

    private String @Nullable [] basicCredentials() {
        String authorization = headers.getFirst("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return null;
        }
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(authorization.substring(6).strip());
            String[] parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
            return parts.length == 2 ? parts : new String[] {parts[0], ""};
        } catch (IllegalArgumentException e) {
            return new String[] {"", ""};
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ClickHouseException.of(36, "BAD_ARGUMENTS", "The URL has a broken % sequence");
        }
    }
}
