package org.leftfold.engine;

import org.leftfold.engine.index.IndexOptions;
import org.leftfold.testkit.tck.EventStoreTck;
import org.leftfold.testkit.tck.TckOptions;
import org.leftfold.testkit.tck.TckStore;

/**
 * The embedded store keeps the contract with hardly any memory for its index, which is then in
 * files of a few events each, and with hashes of 4 bits, which nearly all collide.
 */
class SmallIndexTckTest implements EventStoreTck {
    @Override
    public TckStore openStore(TckOptions options) {
        return new EmbeddedTckStore(options, new IndexOptions(32 << 10, 4));
    }
}
