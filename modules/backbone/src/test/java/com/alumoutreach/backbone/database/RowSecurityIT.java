package com.alumoutreach.backbone.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alumoutreach.backbone.testing.RunningService;
import com.alumoutreach.contracts.EventIds;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Under the tenant predicates of the queries Postgres itself keeps tenants apart. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowSecurityIT {
    private static final String COUNT = "SELECT count(*) FROM probe.effects";
    private static final String INSERT =
            "INSERT INTO probe.effects (tenant_id, contact_id, event_id, attempt) VALUES ('%s', 'c', '%s', 1)";

    private RunningService service;
    private Database database;

    @BeforeAll
    void start() {
        service = RunningService.start(Map.of("probe.enabled", "true", "datasources.default.maximum-pool-size", 4));
        database = service.database();
        insert("tenant-a", "tenant-a");
        insert("tenant-b", "tenant-b");
        insert("tenant-b", "tenant-b");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void aQueryThatForgetsItsPredicateSeesTheTenantOfItsTransaction() {
        assertThat(seenBy("tenant-a")).isEqualTo(1);
        assertThat(seenBy("tenant-b")).isEqualTo(2);
        assertThat(seenBy("tenant-c")).isZero();
        assertThat(seenBy("")).isZero();
    }

    @Test
    void theHouseSeesAll() {
        assertThat(database.inSystemTransaction(RowSecurityIT::count)).isEqualTo(3);
        try (Handle session = database.open()) {
            assertThat(count(session)).isEqualTo(3);
        }
    }

    @Test
    void rowsOfAnotherTenantCannotBeWrittenNorChangedNorDeleted() {
        assertThatThrownBy(() -> insert("tenant-a", "tenant-b"))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("row-level security");
        assertThatThrownBy(() -> database.useTransaction(
                        "tenant-a", tx -> tx.execute("UPDATE probe.effects SET tenant_id = 'tenant-b'")))
                .isInstanceOf(JdbiException.class);
        database.useTransaction("tenant-c", tx -> {
            assertThat(tx.execute("UPDATE probe.effects SET attempt = 2")).isZero();
            assertThat(tx.execute("DELETE FROM probe.effects")).isZero();
        });
    }

    @Test
    void aConnectionThatNobodyOpenedForATenantSeesNothing() throws SQLException {
        database.open().close();
        database.inSystemTransaction(RowSecurityIT::count);
        for (int i = 0; i < 20; i++) {
            assertThat(number(COUNT)).isZero();
        }
    }

    @Test
    void theServicesOwnNothingAndBypassNothing() throws SQLException {
        assertThat(number("SELECT count(*) FROM pg_roles WHERE rolname = current_user"
                        + " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcanlogin)"))
                .isZero();
        assertThat(number("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
                        + " WHERE r.rolname = current_user"))
                .isZero();
        assertThatThrownBy(() -> number("SELECT count(*) FROM probe.flyway_backbone"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void theEventLogCanNeitherBeChangedNorCleared() {
        for (String change : new String[] {"UPDATE %s SET source = 'x'", "DELETE FROM %s", "TRUNCATE %s"}) {
            assertThatThrownBy(() ->
                            database.inSystemTransaction(tx -> tx.execute(change.formatted("probe.system_events"))))
                    .hasMessageContaining("permission denied");
        }
    }

    private void insert(String transactionOf, String rowOf) {
        database.useTransaction(transactionOf, tx -> tx.execute(INSERT.formatted(rowOf, EventIds.next())));
    }

    private long seenBy(String tenant) {
        return database.inTransaction(tenant, RowSecurityIT::count);
    }

    private static long count(Handle tx) {
        return tx.createQuery(COUNT).mapTo(Long.class).one();
    }

    /** On a connection of the pool, as it is. */
    private long number(String query) throws SQLException {
        try (Connection connection = service.context().getBean(DataSource.class).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
