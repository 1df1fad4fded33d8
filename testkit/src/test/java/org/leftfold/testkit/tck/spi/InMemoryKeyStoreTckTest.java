package org.leftfold.testkit.tck.spi;

import org.leftfold.api.spi.KeyStore;
import org.leftfold.api.spi.KeyWrapping;

class InMemoryKeyStoreTckTest implements KeyStoreTck {
    @Override
    public SpiTckStore<KeyStore> openKeys(KeyWrapping wrapping) {
        return InMemorySpi.keys(wrapping, store -> store);
    }
}
