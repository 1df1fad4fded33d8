package org.leftfold.testkit.tck;

class InMemoryEventStoreTckTest implements EventStoreTck, ScavengeTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return InMemoryTckStore.open(options);
    }
}
