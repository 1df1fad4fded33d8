package org.leftfold.jdbc;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.EventStoreTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** The store on PostgreSQL keeps the whole contract also where views change with its appends. */
@EnabledIfSystemProperty(
        named = "leftfold.long",
        matches = "true",
        disabledReason = "the plain store passes the suite in each build, this one in the long one")
@ExtendWith(SkipWithoutServer.class)
class PostgresInlineTckTest implements EventStoreTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new InlineTckStore(Kind.POSTGRES, options);
    }
}
