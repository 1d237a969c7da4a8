package com.alumoutreach.peers;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.ThreadLocalContextTransactionManager;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** gruelbox transaction-outbox: after the commit each call goes to a thread pool, which runs it in a transaction of its own. */
final class Gruelbox implements Peer {
    /** More than its default (one thread on two cores), which would wait for the disk most of the time. */
    private static final int THREADS = 8;

    private static final int CHUNK = 100;

    private final HikariDataSource pool;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final ThreadLocalContextTransactionManager transactions;
    private final TransactionOutbox outbox;

    Gruelbox(Servers servers, Target target) {
        this.pool = servers.pool(THREADS + 2);
        this.transactions = TransactionManager.fromDataSource(pool);
        this.outbox = TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .submitter(Submitter.withExecutor(threads))
                .instantiator(Instantiator.using(type -> new Publishing(target)))
                .build();
    }

    /** The call that the outbox keeps. */
    public static class Publishing {
        private final Target target;

        Publishing(Target target) {
            this.target = target;
        }

        @SuppressWarnings("NullAway") // for the proxy that the outbox makes
        protected Publishing() {
            this(null);
        }

        /** Called by the outbox. */
        public void publish(String body) {
            target.publish(body);
        }
    }

    @Override
    public void append(int count, Target target) {
        for (int done = 0; done < count; done += CHUNK) {
            int size = Math.min(CHUNK, count - done);
            transactions.inTransaction(() -> {
                for (int i = 0; i < size; i++) {
                    outbox.schedule(Publishing.class).publish(Payload.BODY);
                }
            });
        }
    }

    @Override
    public void stop() {
        threads.shutdown();
        pool.close();
    }
}
