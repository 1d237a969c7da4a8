package com.alumoutreach.backbone.database;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The only way to Postgres: every statement runs in a transaction that knows its tenant, so that "who may see this row" has
 * one place. Not re-entrant: a call inside a call is a second transaction, so pass the {@link Handle} on.
 */
@Singleton
public class Database {
    /** Seen by statements as {@code current_setting('app.tenant_id')}. Transaction-local: a pooled connection forgets it. */
    private static final String SET_TENANT = "SELECT set_config('app.tenant_id', :tenant, true)";

    private static final String SEE_ALL = "SET LOCAL app.all_tenants = 'on'";

    private final Jdbi jdbi;
    private final int silenceSeconds;

    Database(DataSource dataSource, @Value("${alum.postgres.silence-seconds}") int silenceSeconds) {
        this.silenceSeconds = silenceSeconds;
        this.jdbi = Jdbi.create(dataSource);
        jdbi.registerArrayType(String.class, "text");
        jdbi.registerArrayType(java.util.UUID.class, "uuid");
        jdbi.registerArrayType(Integer.class, "int4");
        jdbi.registerArrayType(Long.class, "int8");
    }

    /** Runs {@code work} in one transaction of the tenant; rolls back when it throws. */
    public <T> T inTransaction(String tenantId, Function<Handle, T> work) {
        return jdbi.inTransaction(tx -> {
            tx.createQuery(SET_TENANT)
                    .bind("tenant", tenantId)
                    .mapTo(String.class)
                    .one();
            return work.apply(tx);
        });
    }

    public void useTransaction(String tenantId, Consumer<Handle> work) {
        inTransaction(tenantId, tx -> {
            work.accept(tx);
            return true;
        });
    }

    /** A transaction of the house itself, for work that belongs to no tenant: claiming jobs, the relay's cursor. */
    public <T> T inSystemTransaction(Function<Handle, T> work) {
        return jdbi.inTransaction(tx -> {
            seeAll(tx);
            return work.apply(tx);
        });
    }

    /** Makes a tenant's transaction one of the house, until its end: for what a tenant asks of the house. */
    public static void seeAll(Handle tx) {
        tx.execute(SEE_ALL);
    }

    /**
     * A connection of the house without a transaction, that the caller keeps and closes: for session locks. It is ended when
     * it says nothing for long.
     */
    public Handle open() {
        Handle session = jdbi.open();
        session.execute("SET app.all_tenants = 'on'");
        // Its locks end with it, also when this process is gone without a word.
        session.execute("SET idle_session_timeout = '" + silenceSeconds + "s'");
        // The pool keeps the session: the next one who gets it must not see everything.
        session.addCleanable(() -> session.execute("RESET app.all_tenants; RESET idle_session_timeout"));
        return session;
    }
}
