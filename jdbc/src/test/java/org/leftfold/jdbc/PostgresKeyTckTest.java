package org.leftfold.jdbc;

import org.junit.jupiter.api.extension.ExtendWith;
import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;
import org.leftfold.servers.SkipWithoutServer;
import org.leftfold.testkit.tck.spi.KeyStoreTck;
import org.leftfold.testkit.tck.spi.SpiTckStore;

/** The keys in tables of PostgreSQL keep their whole contract. */
@ExtendWith(SkipWithoutServer.class)
class PostgresKeyTckTest implements KeyStoreTck {
    @Override
    public SpiTckStore<KeyStore> openKeys(KeyWrapping wrapping) {
        return new KeyTckStore(Kind.POSTGRES, wrapping);
    }
}
