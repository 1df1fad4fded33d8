package org.leftfold.jdbc;

import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.spi.ViewStore;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.spi.SpiTckStore;
import org.leftfold.testkit.tck.spi.ViewStoreTck;

@ExtendWith(SkipWithoutServer.class)
class MariaDbViewStoreTckTest implements ViewStoreTck {
    @Override
    public SpiTckStore<ViewStore> openViews() {
        return ViewTables.open(Kind.MARIADB);
    }
}
