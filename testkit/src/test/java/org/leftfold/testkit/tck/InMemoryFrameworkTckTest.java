package org.leftfold.testkit.tck;

import org.leftfold.testkit.tck.framework.FrameworkTck;

/** The framework keeps its promises on the in-memory store. */
class InMemoryFrameworkTckTest implements FrameworkTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return InMemoryTckStore.open(options);
    }
}
