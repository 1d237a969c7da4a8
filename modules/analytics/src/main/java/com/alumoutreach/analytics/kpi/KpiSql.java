package com.alumoutreach.analytics.kpi;

import com.alumoutreach.analytics.outreach.OutreachType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The queries of {@code resources/clickhouse/kpi}, for one tenant and any moment, or for the views: all tenants, now. In them, {@code
 * ${MESSAGE_SENT|REPLY_RECEIVED}} says that an event is of one of these types, {@code ${at}} is the moment, {@code ${day_start}} when
 * the tenant's day began, {@code ${recently}} a bound before that for any zone, {@code ${latest}} the latest time of a group, {@code
 * ${events}} the events beside the tenant's day, and the name of another query that query.
 */
final class KpiSql {
    private static final Pattern PLACE = Pattern.compile("\\$\\{([A-Za-z_|]+)}");
    /** Parameters: tenant, and at, day_start, day_end and month_start in milliseconds. */
    private static final Map<String, String> OF_TENANT = Map.of(
            "events", "events",
            "tenant", "tenant_id = {tenant:String}",
            "at", moment("at"),
            "recently", moment("day_start"),
            "day_start", moment("day_start"),
            "day_end", moment("day_end"),
            "month_recently", moment("month_start"),
            "month_start", moment("month_start"));

    private static final Map<String, String> OF_VIEW = Map.of(
            "events", "events INNER JOIN tenant_today USING (tenant_id)",
            "tenant", "1",
            "at", "now64(3)",
            "recently", "now64(3) - INTERVAL 50 HOUR",
            "day_start", "day_start",
            "day_end", "day_end",
            "month_recently", "now64(3) - INTERVAL 33 DAY",
            "month_start", "month_start");

    private KpiSql() {}

    static String ofTenant(String name) {
        return with(name, OF_TENANT);
    }

    /** @param words what the lower-case places mean */
    static String with(String name, Map<String, String> words) {
        return filled(text("kpi/" + name), words);
    }

    /** @param page a statement with places for what an outreach event is, its type, the tenant, the moment, the condition and the last position */
    static String trail(String figure, String page) {
        Map<String, String> words = new HashMap<>(OF_TENANT);
        words.put("campaign", "({campaign:String} = '' OR campaign_id = {campaign:String})");
        return page.formatted(
                OutreachType.sql(OutreachType.values()),
                OutreachType.sqlId(),
                OF_TENANT.get("tenant"),
                OF_TENANT.get("at"),
                filled(text("trail/" + figure), words),
                moment("before"));
    }

    /** Statements. */
    static List<String> views() {
        return Arrays.stream(filled(text("views"), OF_VIEW).split(";\n"))
                .filter(statement -> !statement.isBlank())
                .toList();
    }

    private static String filled(String sql, Map<String, String> words) {
        Map<String, String> all = new HashMap<>(words);
        all.put("ALL", OutreachType.sql(OutreachType.values()));
        all.put("outreach_type", OutreachType.sqlId());
        all.put("latest", extreme("max"));
        all.put("earliest", extreme("min"));
        all.put("lifecycle", RelevantTypes.lifecycleSql());
        all.put(
                "month_types",
                "("
                        + OutreachType.sql(
                                OutreachType.MESSAGE_SENT, OutreachType.REPLY_RECEIVED, OutreachType.REPLY_CLASSIFIED)
                        + " OR type IN ('pipeline.message.bounced', 'contact.consent.revoked'))");
        return PLACE.matcher(sql).replaceAll(place -> Matcher.quoteReplacement(meant(place.group(1), all, words)));
    }

    private static String meant(String place, Map<String, String> all, Map<String, String> words) {
        String known = all.get(place);
        if (known != null) {
            return known;
        }
        if (Character.isLowerCase(place.charAt(0))) {
            return filled(text("kpi/" + place), words);
        }
        return OutreachType.sql(
                Arrays.stream(place.split("\\|")).map(OutreachType::valueOf).toArray(OutreachType[]::new));
    }

    /** Of numbers: of times before 1970 the compiled functions of ClickHouse (26.7) make the latest there are. */
    private static String extreme(String function) {
        return "fromUnixTimestamp64Milli(" + function + "(toUnixTimestamp64Milli(occurred_at)), 'UTC')";
    }

    static String moment(String parameter) {
        return "fromUnixTimestamp64Milli(toInt64({" + parameter + ":Int64}), 'UTC')";
    }

    private static String text(String name) {
        try (InputStream file = KpiSql.class.getResourceAsStream("/clickhouse/" + name + ".sql")) {
            if (file == null) {
                throw new IllegalArgumentException("There is no query " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
