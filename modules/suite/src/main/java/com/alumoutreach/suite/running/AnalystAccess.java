package com.alumoutreach.suite.running;

import com.alumoutreach.embedded.AnalystLogin;
import com.alumoutreach.embedded.EmbeddedServerException;
import com.alumoutreach.embedded.EmbeddedServers;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** How an analyst gets into the suite's own ClickHouse. */
public final class AnalystAccess {
    private AnalystAccess() {}

    /**
     * The account of the tenant's analyst, made at the first call.
     *
     * @return with user and password, as curl takes it
     * @throws SuiteException when no suite runs here, or its ClickHouse is somebody else's
     */
    public static String url(DataFolder data, String tenant) {
        Map<String, String> env = RunEnv.ofRunning(data).values();
        if (!env.containsKey("CLICKHOUSE_LOG")) {
            throw new SuiteException(
                    "ClickHouse is not the suite's own; docs/analysts.md says how to add an analyst there");
        }
        try {
            AnalystLogin login = EmbeddedServers.analyst(data.servers(), tenant);
            URI url = URI.create(env.getOrDefault(RunEnv.CLICKHOUSE_URL, ""));
            return url.getScheme() + "://" + login.user() + ":"
                    + URLEncoder.encode(login.password(), StandardCharsets.UTF_8) + "@" + url.getHost() + ":"
                    + url.getPort()
                    + (url.getRawQuery() == null ? "" : "/?" + url.getRawQuery());
        } catch (EmbeddedServerException e) {
            throw new SuiteException(e.getMessage() == null ? "no analyst" : e.getMessage(), e);
        }
    }
}
