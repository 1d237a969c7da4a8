package com.alumoutreach.suite.demo;

import com.alumoutreach.suite.client.ClickHouseQuery;
import com.alumoutreach.suite.client.Postgres;
import com.alumoutreach.suite.mail.MailSink;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.Pause;
import com.alumoutreach.suite.running.RunEnv;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Counts the same things in three places: rows in Postgres, events in ClickHouse, files of the mail server. */
final class DemoFigures {
    /** ClickHouse follows the stream by a second; past this it is stuck, not late. */
    private static final Duration AGREE_WITHIN = Duration.ofSeconds(60);

    private static final String EVENTS_BY_TYPE =
            "SELECT count() FROM events WHERE tenant_id = {tenant:String} AND type = {type:String}";

    private final DataFolder data;
    private final String tenant;
    private final RunEnv env;

    DemoFigures(DataFolder data, String tenant) {
        this.data = data;
        this.tenant = tenant;
        this.env = RunEnv.ofRunning(data);
    }

    /** Returns when all agree, or with what there is at the end of the time. */
    List<Figure> awaitAgreement(long contacts, long messages) {
        long deadline = System.nanoTime() + AGREE_WITHIN.toNanos();
        try (Postgres postgres = new Postgres(env.get(RunEnv.POSTGRES_URL))) {
            List<Figure> figures = count(postgres, contacts, messages);
            while (!figures.stream().allMatch(Figure::agrees) && System.nanoTime() < deadline) {
                Pause.shortly();
                figures = count(postgres, contacts, messages);
            }
            return figures;
        }
    }

    private List<Figure> count(Postgres postgres, long contacts, long messages) {
        long contactRows = postgres.number("SELECT count(*) FROM contacts.contacts WHERE tenant_id = ?", tenant);
        long memberRows = postgres.number("SELECT count(*) FROM segments.members WHERE tenant_id = ?", tenant);
        long sentRows = postgres.number(
                "SELECT count(*) FROM pipeline.messages WHERE tenant_id = ? AND status = 'sent'", tenant);
        return List.of(
                new Figure("contacts", contacts, contactRows, events("contact.created"), null),
                new Figure("members", messages, memberRows, events("segment.member.added"), null),
                new Figure(
                        "messages sent",
                        messages,
                        sentRows,
                        events("pipeline.message.sent"),
                        MailSink.count(data, tenant)));
    }

    private long events(String type) {
        return new ClickHouseQuery(env.get(RunEnv.CLICKHOUSE_URL))
                .number(EVENTS_BY_TYPE, Map.of("tenant", tenant, "type", type));
    }
}
