package com.alumoutreach.benchmarks;

import com.alumoutreach.backbone.eventlog.EventContext;
import com.alumoutreach.backbone.eventlog.EventLog;
import com.alumoutreach.contracts.contact.ContactCreated;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/** One writer: a row in a table of its module, with and without the event that tells of it. No relay runs. */
final class ProducerCost {
    private final Bench bench;
    private final EventLog log;
    private final int transactions;

    ProducerCost(Bench bench, int transactions) {
        this.bench = bench;
        this.log = bench.context().getBean(EventLog.class, Qualifiers.byName(BenchModule.NAME));
        this.transactions = transactions;
    }

    double withoutEvent() {
        return run(false);
    }

    double withEvent() {
        return run(true);
    }

    private double run(boolean withEvent) {
        long start = System.nanoTime();
        for (int i = 0; i < transactions; i++) {
            transaction(withEvent);
        }
        return Figures.perSecond(transactions, start);
    }

    private void transaction(boolean withEvent) {
        bench.database().useTransaction(BenchModule.TENANT, tx -> {
            ContactCreated created = BenchModule.created();
            upsert(tx, created);
            if (withEvent) {
                log.append(tx, EventContext.background(BenchModule.TENANT, "bench", BenchModule.NAME), created);
            }
        });
    }

    private static void upsert(Handle tx, ContactCreated contact) {
        try (PreparedStatement upsert = tx.getConnection().prepareStatement(BenchModule.UPSERT_ONE)) {
            upsert.setString(1, BenchModule.TENANT);
            upsert.setString(2, contact.contactId());
            upsert.setString(3, contact.email());
            upsert.setString(4, contact.source());
            upsert.setObject(5, contact.contactVersion());
            upsert.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
