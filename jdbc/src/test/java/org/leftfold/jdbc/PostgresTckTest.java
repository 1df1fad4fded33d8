package org.leftfold.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.atomic.AtomicLong;
import org.leftfold.api.EventStore;
import org.leftfold.api.StoreAdmin;
import org.leftfold.testkit.tck.EventStoreTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** The store on PostgreSQL keeps the whole contract. */
class PostgresTckTest implements EventStoreTck {
    static final HikariDataSource POOL = pool();
    static final AtomicLong NUMBER = new AtomicLong(System.currentTimeMillis());

    static HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:5599/postgres");
        config.setUsername("postgres");
        config.setMaximumPoolSize(40);
        return new HikariDataSource(config);
    }

    @Override
    public TckStore openStore(TckOptions asked) {
        JdbcOptions options = JdbcOptions.defaults().clock(asked.clock()).auditPolicy(asked.policy()).tablePrefix("t" + NUMBER.incrementAndGet() + "_");
        return new TckStore() {
            private JdbcEventStore store = PostgresEventStore.open(POOL, options);

            @Override
            public EventStore store() {
                return store;
            }

            @Override
            public StoreAdmin admin() {
                return store.admin();
            }

            @Override
            public EventStore reopen() {
                store.close();
                store = PostgresEventStore.open(POOL, options);
                return store;
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }
}
