package org.leftfold.jdbc;

import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;
import org.leftfold.testkit.tck.framework.FrameworkTck;

/** The framework keeps its promises on MariaDB. */
@ExtendWith(SkipWithoutServer.class)
class MariaDbFrameworkTckTest implements FrameworkTck {
    private static final boolean LONG = Boolean.getBoolean("leftfold.long");

    @Override
    public TckStore openStore(TckOptions options) {
        return new JdbcTckStore(Kind.MARIADB, options);
    }

    /** Each update costs the 31 that lose against it a read; the whole number is for long runs. */
    @Override
    public int updatesPerThread() {
        return LONG ? 1000 : 30;
    }

    @Override
    public int randomCopies() {
        return LONG ? 8 : 2;
    }

    @Override
    public int randomRedesigns() {
        return LONG ? 20 : 8;
    }
}
