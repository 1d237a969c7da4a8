package com.alumoutreach.analytics.report;

import com.alumoutreach.analytics.kpi.RelevantTypes;
import com.alumoutreach.analytics.outreach.OutreachType;

/** The queries. Parameters: tenant; from and to in milliseconds. Rows that are there twice until a merge count once. */
final class ReportSql {
    private static final String QUEUED = OutreachType.sql(OutreachType.MESSAGE_QUEUED);
    private static final String SENT = OutreachType.sql(OutreachType.MESSAGE_SENT);
    private static final String FAILED = OutreachType.sql(OutreachType.MESSAGE_FAILED);
    private static final String REPLIED = OutreachType.sql(OutreachType.REPLY_RECEIVED);
    /** An import tells of words that were said elsewhere. */
    private static final String UNSUBSCRIBED =
            "(type = 'contact.consent.revoked' AND JSONExtractString(data, 'source') != 'import')";

    private static final String TENANT = "tenant_id = {tenant:String}";
    private static final String FROM = "fromUnixTimestamp64Milli(toInt64({from:Int64}), 'UTC')";
    private static final String TO = "fromUnixTimestamp64Milli(toInt64({to:Int64}), 'UTC')";
    private static final String IN_TIME = "occurred_at >= " + FROM + " AND occurred_at < " + TO;
    /** An opening tells of its message; told without one, it stands for itself. */
    private static final String MESSAGE = "if(message_id = '', toString(id), message_id)";

    private static final String CAMPAIGN_SEGMENTS = """
            WITH (SELECT (arrayPushBack(groupArray(campaign), ''), arrayPushBack(groupArray(segment), ''))
                  FROM (SELECT campaign_id AS campaign, argMax(segment_id, (occurred_at, toString(id))) AS segment
                        FROM events WHERE tenant_id = {tenant:String} AND startsWith(type, 'campaign.') AND segment_id != ''
                          AND campaign_id != ''
                        GROUP BY campaign_id)) AS segments
            """;

    /**
     * A row for each thing and lead. A reply or a revocation that does not say what it answers belongs to the last message that the
     * lead was sent before it, at most 90 days before.
     */
    private static final String BY_LEAD = """
            SELECT key, contact_id,
              uniqExactIf(id, ${QUEUED}) AS queued,
              uniqExactIf(id, ${SENT}) AS sent,
              uniqExactIf(id, type = 'pipeline.message.delivered') AS delivered,
              uniqExactIf(${MESSAGE}, type = 'pipeline.message.opened' AND NOT automatic) AS opened,
              uniqExactIf(${MESSAGE}, type = 'pipeline.message.opened' AND automatic) AS opened_by_machines,
              uniqExactIf(${MESSAGE}, type = 'pipeline.message.clicked' AND NOT automatic) AS clicked,
              uniqExactIf(${MESSAGE}, type = 'pipeline.message.clicked' AND automatic) AS clicked_by_machines,
              uniqExactIf(id, type = 'pipeline.message.bounced') AS bounced,
              uniqExactIf(id, ${FAILED}) AS failed,
              uniqExactIf(id, type = 'pipeline.message.complained') AS complained,
              uniqExactIf(id, ${REPLIED}) AS replies,
              minOrNullIf(occurred_at, ${SENT}) AS first_sent,
              contact_id != '' AND ifNull(maxOrNullIf(occurred_at, ${REPLIED}) >= first_sent, 0) AS replied,
              contact_id != '' AND ifNull(maxOrNullIf(occurred_at, type = 'contact.consent.revoked') >= first_sent, 0) AS unsubscribed
            FROM (
              SELECT id, type, automatic, message_number, message_id, contact_id, occurred_at, ${KEY} AS key
              FROM events
              WHERE ${TENANT} AND ${IN_TIME} AND (${QUEUED} OR ${SENT} OR ${FAILED} OR type IN ('pipeline.message.delivered',
                'pipeline.message.opened', 'pipeline.message.clicked', 'pipeline.message.bounced', 'pipeline.message.complained'))
              UNION ALL
              SELECT a.id, a.type, a.automatic, a.message_number, a.message_id, a.contact_id, a.occurred_at,
                     if(a.own_key != '', a.own_key, s.sent_key) AS key
              FROM (SELECT id, type, automatic, message_number, message_id, contact_id, occurred_at, ${KEY} AS own_key
                    FROM events WHERE ${TENANT} AND ${IN_TIME} AND (${REPLIED} OR ${UNSUBSCRIBED})) AS a
              ASOF LEFT JOIN (SELECT contact_id, occurred_at, ${KEY} AS sent_key
                    FROM events WHERE ${TENANT} AND ${SENT} AND contact_id != '' AND ${KEY} != ''
                      AND occurred_at >= ${FROM} - INTERVAL 90 DAY AND occurred_at < ${TO}) AS s
                ON a.contact_id = s.contact_id AND a.occurred_at >= s.occurred_at)
            WHERE key != ''
            GROUP BY key, contact_id""";

    private static final String REPORT = """
            SELECT key, toInt64(sum(queued)) AS queued, toInt64(sum(sent)) AS sent,
              toInt64(countIf(isNotNull(first_sent) AND contact_id != '')) AS leads,
              toInt64(sum(delivered)) AS delivered, toInt64(sum(opened)) AS opened,
              toInt64(sum(opened_by_machines)) AS opened_by_machines, toInt64(sum(clicked)) AS clicked,
              toInt64(sum(clicked_by_machines)) AS clicked_by_machines, toInt64(sum(replies)) AS replies,
              toInt64(sum(replied)) AS replied, toInt64(sum(bounced)) AS bounced, toInt64(sum(failed)) AS failed,
              toInt64(sum(complained)) AS complained, toInt64(sum(unsubscribed)) AS unsubscribed
            FROM (%s) GROUP BY key ORDER BY sent DESC, key LIMIT {limit:UInt32}""";

    /**
     * What became, in that time, of the messages that were sent in it: what rates are made of. Others that were sent before are opened in it
     * as well, and would make rates above 1.
     */
    private static final String OF_SENT = """
            SELECT ${KEY} AS key,
              toInt64(uniqExactIf(message_id, type = 'pipeline.message.delivered')) AS sent_delivered,
              toInt64(uniqExactIf(message_id, type = 'pipeline.message.opened' AND NOT automatic)) AS sent_opened,
              toInt64(uniqExactIf(message_id, type = 'pipeline.message.clicked' AND NOT automatic)) AS sent_clicked,
              toInt64(uniqExactIf(message_id, type = 'pipeline.message.bounced')) AS sent_bounced,
              toInt64(uniqExactIf(message_id, type = 'pipeline.message.complained')) AS sent_complained
            FROM events
            WHERE ${TENANT} AND ${IN_TIME} AND type IN ('pipeline.message.delivered', 'pipeline.message.opened',
                'pipeline.message.clicked', 'pipeline.message.bounced', 'pipeline.message.complained')
              AND message_id != '' AND (${KEY}, message_id) IN (
                SELECT ${KEY}, message_id FROM events WHERE ${TENANT} AND ${IN_TIME} AND ${SENT} AND message_id != '')
            GROUP BY key""";

    private static final String FUNNEL = """
            SELECT key, toInt64(countIf(lead.queued > 0)) AS queued, toInt64(countIf(lead.sent > 0)) AS sent,
              toInt64(countIf(lead.delivered > 0)) AS delivered, toInt64(countIf(lead.opened > 0)) AS opened,
              toInt64(countIf(lead.clicked > 0)) AS clicked, toInt64(countIf(lead.replied)) AS replied
            FROM (%s) AS lead WHERE contact_id != '' GROUP BY key ORDER BY sent DESC, key LIMIT {limit:UInt32}""";

    /** As the dashboard has them: the latest that a campaign's own events tell, else the last of those that automations outside tell. */
    private static final String CAMPAIGN_NAMES = "SELECT key, if(own != '', own, told) AS latest FROM ("
            + "SELECT campaign_id AS key, argMaxIf(name, (occurred_at, toString(id)), " + RelevantTypes.lifecycleSql()
            + ") AS own, maxIf(name, startsWith(type, 'outreach.')) AS told FROM events WHERE " + TENANT + " AND ("
            + RelevantTypes.lifecycleSql() + " OR " + OutreachType.sql(OutreachType.values())
            + ") AND name != '' AND has(splitByChar('\\n', {keys:String}), campaign_id) GROUP BY campaign_id)"
            + " WHERE latest != ''";

    private ReportSql() {}

    static String report(Dimension dimension) {
        return head(dimension) + "SELECT * FROM (" + REPORT.formatted(filled(BY_LEAD, dimension))
                + ") AS report LEFT JOIN (" + filled(OF_SENT, dimension)
                + ") AS of_sent USING key ORDER BY sent DESC, key";
    }

    static String funnel() {
        return FUNNEL.formatted(filled(BY_LEAD, Dimension.CAMPAIGNS));
    }

    /** The latest names. Parameter: keys, with line breaks between them. */
    static String names(Dimension dimension) {
        return dimension == Dimension.CAMPAIGNS ? CAMPAIGN_NAMES : namesOfOwnEvents(dimension);
    }

    private static String namesOfOwnEvents(Dimension dimension) {
        String column = dimension.domain() + "_id";
        return "SELECT " + column + " AS key, argMax(name, (occurred_at, toString(id))) AS latest FROM events WHERE "
                + TENANT
                + " AND startsWith(type, '" + dimension.domain() + ".') AND name != ''"
                + " AND has(splitByChar('\\n', {keys:String}), " + column + ") GROUP BY " + column;
    }

    /** Events by bucket. Parameter: event, unless it is of the event model. */
    static String series(String ofType, String bounds) {
        return "SELECT toInt64(roundDown(toUnixTimestamp(occurred_at), " + bounds + ")) AS start,"
                + " toInt64(uniqExact(id)) AS n FROM events WHERE " + TENANT + " AND " + IN_TIME + " AND " + ofType
                + " AND ({campaign:String} = '' OR campaign_id = {campaign:String}) GROUP BY start";
    }

    /** Leads by the week of their first message of all, and when each replied first after it. */
    static String cohorts(String bounds, Iterable<Integer> weeks) {
        StringBuilder within = new StringBuilder();
        for (int n : weeks) {
            within.append(
                            ", toInt64(countIf(arrayExists(reply -> reply >= first_sent AND reply < first_sent + INTERVAL ")
                    .append(n)
                    .append(" WEEK, replies))) AS within_")
                    .append(n);
        }
        return "SELECT toInt64(roundDown(toUnixTimestamp(first_sent), " + bounds
                + ")) AS start, toInt64(count()) AS leads" + within
                + " FROM (SELECT contact_id, assumeNotNull(minOrNullIf(occurred_at, " + SENT
                + ")) AS first_sent, countIf(" + SENT + ") AS messages, groupArrayIf(occurred_at, " + REPLIED
                + ") AS replies FROM events WHERE " + TENANT + " AND contact_id != '' AND (" + SENT + " OR " + REPLIED
                + ") GROUP BY contact_id HAVING messages > 0 AND first_sent >= " + FROM + " AND first_sent < " + TO
                + ") GROUP BY start";
    }

    static String lastEvent() {
        return "SELECT toInt64(max(toUnixTimestamp64Milli(occurred_at))) AS at, toInt64(count()) AS n FROM events WHERE "
                + TENANT;
    }

    private static String head(Dimension dimension) {
        return dimension == Dimension.SEGMENTS ? CAMPAIGN_SEGMENTS : "";
    }

    private static String filled(String sql, Dimension dimension) {
        return sql.replace("${KEY}", dimension.key())
                .replace("${QUEUED}", QUEUED)
                .replace("${SENT}", SENT)
                .replace("${FAILED}", FAILED)
                .replace("${REPLIED}", REPLIED)
                .replace("${UNSUBSCRIBED}", UNSUBSCRIBED)
                .replace("${MESSAGE}", MESSAGE)
                .replace("${TENANT}", TENANT)
                .replace("${IN_TIME}", IN_TIME)
                .replace("${FROM}", FROM)
                .replace("${TO}", TO);
    }
}
