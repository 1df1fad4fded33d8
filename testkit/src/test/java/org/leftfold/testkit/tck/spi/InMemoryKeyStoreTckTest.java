package org.leftfold.testkit.tck.spi;

import org.leftfold.api.spi.KeyStore;

class InMemoryKeyStoreTckTest implements KeyStoreTck {
    @Override
    public SpiTckStore<KeyStore> openKeys() {
        return InMemorySpi.keys(store -> store);
    }
}
