package org.leftfold.testkit.tck;

class InMemoryEventStoreTckTest implements EventStoreTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return InMemoryTckStore.open(options);
    }
}
