package org.leftfold.jdbc;

import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.EventStoreTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** The store on PostgreSQL keeps the whole contract. */
@ExtendWith(SkipWithoutServer.class)
class PostgresTckTest implements EventStoreTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new JdbcTckStore(Kind.POSTGRES, options);
    }
}
