package com.alumoutreach.suite.demo;

import com.alumoutreach.contracts.EventCodec;
import com.alumoutreach.suite.client.AlumClient;
import com.alumoutreach.suite.running.DataFolder;
import com.alumoutreach.suite.running.SuiteException;
import com.alumoutreach.suite.terminal.Terminal;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * The whole product in half a minute, over the same HTTP API that anybody uses: contacts come in, a segment finds some of
 * them, a campaign writes to these, and three stores that know nothing of each other count the same.
 */
public final class Demo {
    private static final DateTimeFormatter RUN = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

    private final Terminal terminal;
    private final DataFolder data;
    private final String tenant;

    private Demo(DataFolder data, Terminal terminal) {
        this.data = data;
        this.terminal = terminal;
        // A tenant a run: figures of earlier runs do not count in.
        this.tenant = "demo-" + RUN.format(Clock.systemUTC().instant().atOffset(ZoneOffset.UTC));
    }

    /** @throws SuiteException when a stage fails or the figures do not agree */
    public static void run(DataFolder data, Terminal terminal) {
        new Demo(data, terminal).allStages();
    }

    private void allStages() {
        terminal.line("Tenant %s", tenant);
        DemoStages stages = new DemoStages(AlumClient.of(data, tenant), terminal, tenant);
        long imported = terminal.timed("import 500 contacts from a CSV file", stages::importContacts);
        terminal.line("    %d contacts", imported);
        long archived = terminal.timed("their events in ClickHouse", stages::archiveContacts);
        terminal.line("    %d events", archived);
        long members = terminal.timed("segment: those in California", stages::makeSegment);
        terminal.line("    %d members", members);
        terminal.timed("template: a mail with their names", stages::makeTemplate);
        long audience = terminal.timed("campaign: send it to the segment", stages::sendCampaign);
        terminal.line("    %d messages", audience);
        DemoFigures figures = new DemoFigures(data, tenant);
        List<Figure> agreed = terminal.timed("compare the figures", () -> figures.awaitAgreement(imported, audience));
        report(agreed);
        prove();
    }

    private void prove() {
        terminal.line("");
        if (!MetricsTable.print(
                AlumClient.of(data, tenant)
                        .post(MetricsTable.PATH, EventCodec.mapper().createObjectNode()),
                terminal)) {
            throw new SuiteException("the figures are not proven");
        }
    }

    private void report(List<Figure> figures) {
        terminal.line("");
        terminal.line("  %-14s %10s %11s %12s", "", "Postgres", "ClickHouse", "mail server");
        figures.forEach(figure -> terminal.line(figure.row()));
        if (!figures.stream().allMatch(Figure::agrees)) {
            throw new SuiteException("the figures do not agree");
        }
        terminal.line("The figures agree.");
    }
}
