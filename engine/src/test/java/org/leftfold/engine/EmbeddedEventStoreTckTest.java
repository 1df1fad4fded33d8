package org.leftfold.engine;

import org.leftfold.testkit.tck.EventStoreTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/** The embedded store keeps the whole contract, on a real disk. */
class EmbeddedEventStoreTckTest implements EventStoreTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new EmbeddedTckStore(options);
    }
}
