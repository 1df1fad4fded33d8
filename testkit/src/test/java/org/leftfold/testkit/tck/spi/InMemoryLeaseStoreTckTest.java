package org.leftfold.testkit.tck.spi;

import org.leftfold.api.spi.LeaseStore;
import org.leftfold.testkit.disk.ManualTime;

class InMemoryLeaseStoreTckTest implements LeaseStoreTck {
    @Override
    public SpiTckStore<LeaseStore> openLeases(ManualTime time) {
        return InMemorySpi.leases(time, store -> store);
    }
}
